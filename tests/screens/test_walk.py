"""A walk as it is told: every event, the states that follow, and what is next."""

from __future__ import annotations

from typing import Any

import pytest

from screens.model.actions import DO, REPAIR, possible
from screens.model.dictated import dictated
from screens.model.execution import Activity, Execution
from screens.model.instance import Instance
from screens.model.look import Look
from screens.model.point import DOING, LOOK, OK, RED, SKIPPED, STOPPED, TODO, UNKNOWN, Change, Point, summary
from screens.model.walk import MOST_LINES, Walk
from screens.widgets.status_line import verdict
from tests.screens.places import GUIDE
from tests.unit.walking import Proves, point, sees
from wizard.answers.questions import Answers
from wizard.findings.words import needs_root
from wizard.host.facts import Facts


def walk() -> Walk:
    return Walk([point("one", probes=[sees("one.a"), sees("one.b")]), point("two", probes=[sees("two.a")])])


def probe(name: str, outcome: str = "passed", **more: Any) -> dict[str, Any]:
    seen = {"evidence": "seen", "because": "", "cause": None, "remedy": None, "trial": False}
    return {"id": name, "title": name, "outcome": outcome, **seen, **more}


def verified(*outcomes: str, probes: tuple[str, ...] = ("passed",)) -> dict[str, Any]:
    names = ("one", "two")
    return {
        "checkpoints": [
            {
                "id": name,
                "reached": outcome != "unreached",
                "outcome": outcome.replace("unreached", "skipped"),
                "probes": [probe(f"{name}.{n}", one) for n, one in enumerate(probes)],
            }
            for name, outcome in zip(names, outcomes, strict=False)
        ]
    }


def planned(*titles: str, point: str = "one", **more: Any) -> dict[str, Any]:
    change = {"kind": "Ran", "typed": [], "lines": [], "difference": "", "unknown": ""}
    step = {"checkpoint": point, "key": "step", "title": "a step", "blocked": None, "unknown": None}
    return {"steps": [{**step, "changes": [{**change, "subject": one, "title": one} for one in titles], **more}]}


def change(title: str, state: str, name: str = "one") -> dict[str, Any]:
    about = {"step": "a step", "step_key": "step", "kind": "Ran", "subject": title, "typed": []}
    return {"event": "change", "checkpoint": name, "title": title, "state": state, **about}


def begins(name: str) -> dict[str, Any]:
    return {"event": "checkpoint", "id": name, "title": name, "objective": "", "number": 1, "of": 2}


END = {"event": "end", "outcome": "done", "changes": 1, "seconds": 1.0}


class TestStanding:
    def test_what_only_root_can_see_is_counted_in_the_status_line(self) -> None:
        found = walk()
        found.verified(verified("passed", "unknown"))
        found.planned(planned())
        found.points[1].probes["two.0"] = probe("two.0", "unknown", because=needs_root())
        now = Activity(found, Execution(Instance(GUIDE, Answers({}), Facts(), "demo", True), found))
        told = verdict(now, found.points[1], Look()).plain
        assert (
            told == "1 in place, 1 only root can see. Enter on a line says why; started as root, Jalon sees all of it."
        )
        found.points[1].probes["two.0"] = probe("two.0", "unknown", because="it did not answer in time")
        assert verdict(now, found.points[1], Look()).plain == "1 in place, 1 not known. Enter on a line says why."


class TestStates:
    def test_nothing_is_known_at_first(self) -> None:
        found = walk()
        assert [one.state for one in found.points] == [TODO, TODO]
        assert not found.green and found.next is found.points[0]
        assert found.points[0].probes["one.a"]["outcome"] == ""

    @pytest.mark.parametrize(
        ("outcome", "state"),
        [
            ("passed", OK),
            ("warning", LOOK),
            ("failed", RED),
            ("crashed", RED),
            ("skipped", SKIPPED),
            ("unreached", TODO),
            ("unknown", UNKNOWN),
        ],
    )
    def test_by_what_was_seen(self, outcome: str, state: str) -> None:
        found = walk()
        found.verified(verified(outcome, "passed"))
        assert found.points[0].state == state

    def test_green_with_something_left_to_do_wants_a_look(self) -> None:
        found = walk()
        found.verified(verified("passed", "passed"))
        found.planned(planned("a change"))
        assert found.points[0].state == LOOK and not found.points[0].green
        assert found.next is found.points[0] and not found.green

    def test_what_is_in_the_way_is_red(self) -> None:
        found = walk()
        found.verified(verified("passed", "passed"))
        found.planned(planned(blocked={"why": "a wall", "remedy": "go round"}))
        assert (found.points[0].state, found.points[0].blocked, found.points[0].remedy) == (RED, "a wall", "go round")
        found.planned(planned())
        assert found.points[0].state == OK

    def test_what_cannot_be_planned_is_kept_with_its_reason(self) -> None:
        found = walk()
        found.planned(planned(unknown={"why": "hidden", "needs": "root"}))
        assert found.points[0].unknown == "hidden"

    def test_skipped_by_a_person_it_is_passed_over(self) -> None:
        found = walk()
        found.verified(verified("failed", "passed"))
        found.points[0].because = "no need"
        assert found.points[0].state == SKIPPED
        assert found.next is None and found.green

    def test_what_a_guide_leaves_out_here_is_green_once_it_is_reached(self) -> None:
        found = walk()
        found.verified(verified("skipped", "unreached"))
        assert found.points[0].green and found.next is found.points[1] and not found.green
        found.verified(verified("skipped", "passed"))
        assert found.next is None and found.green

    def test_all_green(self) -> None:
        found = walk()
        found.planned(planned())
        assert not found.green  # nobody looked yet
        found.verified(verified("passed", "warning"))
        assert found.green and found.next is None

    def test_the_red_ones_are_listed(self) -> None:
        found = walk()
        found.verified(verified("failed", "passed", probes=("passed", "failed", "crashed", "warning")))
        assert [one["id"] for one in found.points[0].red] == ["one.1", "one.2"]

    def test_a_trial_is_named_before_it_was_made(self) -> None:
        found = Walk([point("one", trials=[Proves("one.t", "tries")])])
        assert found.points[0].probes["one.t"]["title"] == "tries"

    def test_a_checkpoint_that_nobody_knows_is_left_out(self) -> None:
        found = walk()
        found.verified({"checkpoints": [{"id": "roof", "reached": True, "outcome": "failed", "probes": []}]})
        found.planned(planned("a change", point="roof"))
        found.told(change("a change", "begun", "roof"))
        assert [one.state for one in found.points] == [TODO, TODO]

    def test_one_alone_verified_leaves_the_others(self) -> None:
        found = walk()
        found.verified(verified("passed", "passed"))
        found.verified({"checkpoints": [{"id": "one", "reached": True, "outcome": "failed", "probes": []}]})
        assert [one.state for one in found.points] == [RED, OK]

    def test_summary(self) -> None:
        found = walk()
        found.verified(verified("passed", "failed"))
        assert list(summary(found.points)) == [(OK, 1), (RED, 1)]


class TestARun:
    def test_a_checkpoint_is_doing_until_the_next_one_or_the_end(self) -> None:
        found = walk()
        found.began()
        found.told(begins("one"))
        assert [one.state for one in found.points] == [DOING, TODO]
        found.told(begins("two"))
        assert [one.doing for one in found.points] == [False, True]
        found.told(END)
        assert not any(one.doing for one in found.points) and found.end == END

    def test_a_change_goes_from_the_plan_to_what_is_done(self) -> None:
        found = walk()
        found.planned(planned("first", "second"))
        found.told(begins("one"))
        found.told(change("first", "begun"))
        one = found.points[0]
        assert [left.title for left in one.changes] == ["second"]
        assert found.current is one.done[0] and (found.current.state, found.current.last) == (DOING, "")
        found.told({"event": "output", "text": "a line"})
        assert found.current is not None and found.current.last == "a line" and found.current.seconds >= 0
        found.told(change("first", "done"))
        assert one.done[0].state == "done" and found.current is None
        assert one.done[0].ended >= one.done[0].began > 0

    def test_twice_the_same_title_is_two_changes(self) -> None:
        found = walk()
        found.planned(planned("again", "again"))
        found.told(begins("one"))
        for _time in range(2):
            found.told(change("again", "begun"))
            found.told(change("again", "done"))
        assert [one.state for one in found.points[0].done] == ["done", "done"]
        assert found.points[0].changes == []

    def test_planned_in_another_language_it_is_the_same(self) -> None:
        found = walk()
        found.planned(planned("first"))
        found.told(begins("one"))
        found.told({**change("first", "begun"), "title": "la première", "step": "une étape"})
        found.told({**change("first", "done"), "title": "the first", "step": "a step"})
        assert (found.points[0].changes, len(found.points[0].done)) == ([], 1)

    def test_one_that_was_not_planned(self) -> None:
        found = walk()
        found.told(begins("one"))
        found.told(change("surprise", "begun"))
        found.told(change("surprise", "done"))
        assert [(one.title, one.step, one.state) for one in found.points[0].done] == [("surprise", "a step", "done")]

    def test_declined_it_is_kept_and_what_is_done_instead_is_done(self) -> None:
        found = walk()
        found.planned(planned("keep the edit"))
        found.told(begins("one"))
        found.told(change("replace it", "declined"))
        found.told(change("keep the edit", "begun"))
        found.told(change("keep the edit", "done"))
        assert [(one.title, one.state) for one in found.points[0].done] == [
            ("replace it", "kept"),
            ("keep the edit", "done"),
        ]
        assert all(one.seconds < 5 for one in found.points[0].done)

    def test_consented_the_planned_keeping_is_no_longer_to_do(self) -> None:
        """The plan foresees that nobody says yes; where somebody does, another change is made."""
        found = walk()
        found.planned(planned("keep the edit"))
        found.told(begins("one"))
        found.told(change("replace it", "begun"))
        found.told(change("replace it", "done"))
        assert found.points[0].done[0].state == "done"

    def test_a_finding_takes_its_place(self) -> None:
        found = walk()
        found.told({"event": "probe", **probe("one.a", "failed")})
        assert found.points[0].probes["one.a"]["outcome"] == "failed"
        found.told({"event": "probe", **probe("roof.a")})
        assert list(found.points[0].probes) == ["one.a", "one.b"]

    def test_a_step_and_what_nobody_knows_change_nothing(self) -> None:
        found = walk()
        found.told({"event": "step", "checkpoint": "one", "key": "step", "title": "a step", "changes": 0})
        found.told({"event": "something new"})
        assert [one.state for one in found.points] == [TODO, TODO]

    def test_a_question_waits_until_the_end(self) -> None:
        found = walk()
        question = {"event": "question", "id": "1", "text": "?", "choices": ["a"], "default": "a"}
        found.told(question)
        assert found.question == question
        found.told(END)
        assert found.question is None

    def test_a_failure_stays_with_its_checkpoint_until_it_is_green_or_done_again(self) -> None:
        found = walk()
        failure = {"event": "failure", "text": "it broke", "remedy": "mend it", "output": []}
        found.told(begins("one"))
        found.told(failure)
        found.told({**END, "outcome": "failed"})
        assert found.failure == failure and found.points[0].state == RED and found.points[1].state == TODO
        found.verified(verified("passed", "passed"))
        assert found.points[0].state == OK
        found.points[0].failure = failure
        found.began()
        found.told(begins("one"))
        assert found.points[0].failure is None and found.failure is None

    def test_what_was_being_done_when_it_ended_is_to_do_again(self) -> None:
        found = walk()
        found.planned(planned("first"))
        found.told(begins("one"))
        found.told(change("first", "begun"))
        found.told({**END, "outcome": "interrupted"})
        assert found.current is None
        assert [(one.title, one.state, one.seconds) for one in found.points[0].changes] == [("first", TODO, 0.0)]
        assert found.points[0].done == []

    def test_what_somebody_stopped_is_stopped_and_not_red(self) -> None:
        found = walk()
        found.planned(planned("first"))
        found.told(begins("one"))
        found.told(change("first", "begun"))
        found.told({**END, "outcome": "interrupted"})
        assert [one.state for one in found.points] == [STOPPED, TODO]
        # What is red where it was cut is no fault; what is red with nothing left to do is one.
        found.verified(verified("failed", "unreached", probes=("failed",)))
        assert found.points[0].state == STOPPED and found.points[0].red
        found.points[0].changes.clear()
        assert found.points[0].state == RED
        found.planned(planned("first"))
        found.told(begins("one"))
        found.told({**END, "outcome": "failed"})
        assert found.points[0].state == RED

    def test_a_repair_is_where_it_changes_something(self) -> None:
        found = walk()
        found.verified(verified("passed", "failed"))
        found.told(change("mend", "begun", name="two"))
        assert [one.state for one in found.points] == [OK, DOING]
        found.told(change("mend", "done", name="two"))
        found.told({"event": "repaired", "probe": "two.a", "title": "two a", "cause": ""})
        found.told({**END, "outcome": "passed"})
        assert list(found.output)[-1] == "repaired: two a"
        assert found.points[1].done[0].state == "done" and not found.points[1].doing

    @pytest.mark.parametrize(
        ("remedy", "able"),
        [
            (None, False),
            ({"text": "look", "commands": [], "step": ""}, False),
            ({"text": "", "commands": ["true"], "step": ""}, True),
            ({"text": "", "commands": [], "step": "a step"}, True),
        ],
    )
    def test_what_can_be_repaired(self, remedy: dict[str, Any] | None, able: bool) -> None:
        red = Point("one", "", "", {"a": probe("a", "failed", remedy=remedy)}, reached=True, outcome="failed")
        assert red.repairable == able
        assert not Point("one", "", "", {"a": probe("a", "warning", remedy=remedy)}, reached=True).repairable

    def test_after_a_run_what_is_red_is_offered_only_once_it_was_planned_again(self) -> None:
        found = walk()
        found.planned({"steps": []})
        found.verified(verified("failed"))
        red = found.points[0]
        red.probes = {"one.a": probe("one.a", "failed", remedy={"text": "", "commands": ["true"], "step": ""})}
        assert REPAIR in possible(found, red)
        found.began()
        assert not {DO, REPAIR} & set(possible(found, red))
        found.planned(planned("first"))
        assert DO in possible(found, red)

    def test_a_checkpoint_begun_is_no_longer_skipped(self) -> None:
        found = walk()
        found.points[0].because = "no need"
        found.told(begins("one"))
        assert found.points[0].because == ""


class TestOutput:
    def test_what_came_since(self) -> None:
        found = walk()
        for number in range(5):
            found.told({"event": "output", "text": str(number)})
        assert found.since(3) == ["3", "4"]
        assert found.since(5) == [] and found.since(9) == []
        assert found.since(0) == list("01234")

    def test_the_oldest_go_and_the_count_stays(self) -> None:
        found = walk()
        for number in range(MOST_LINES + 10):
            found.print(str(number))
        assert found.printed == MOST_LINES + 10
        assert found.since(0)[0] == "10" and len(found.since(0)) == MOST_LINES
        assert found.since(MOST_LINES + 9) == [str(MOST_LINES + 9)]

    def test_a_change_that_begins_is_a_line_too(self) -> None:
        found = walk()
        found.told(begins("one"))
        found.told(change("first", "begun"))
        assert found.since(0) == ["+ first"]


def test_a_point_alone() -> None:
    assert Point("x", "X", "").state == TODO
    assert Change("x").seconds == 0.0


class TestTrialsAlone:
    """A checkpoint with nothing to change is still to be tried where an instance is on its way."""

    def walked(self, *outcomes: str, when: float | None = None) -> Walk:
        one = Walk([point("one", trials=[Proves("one.a", "one.a")]), point("two", probes=[sees("two.a")])])
        said = verified(*outcomes)
        said["checkpoints"][0]["probes"] = [probe("one.a", "passed" if when else "skipped", trial=True, when=when)]
        one.planned(planned("made", point="two"))
        one.verified(said)
        return one

    def test_it_is_next_until_it_was_tried(self) -> None:
        one = self.walked("passed", "unreached")
        assert (one.points[0].state, one.points[0].green, one.next) == (TODO, False, one.points[0])
        one.told(begins("one"))
        one.told(probe("one.a", event="probe", trial=True))
        one.told(END)
        assert (one.points[0].state, one.next) == (OK, one.points[1])
        one.verified(verified("passed", "unreached"))
        assert one.next is one.points[1], "it is not asked for twice"

    def test_what_was_tried_once_is_not_asked_for_again(self) -> None:
        assert self.walked("passed", "unreached", when=1.0).points[0].state == OK

    def test_nor_where_the_instance_is_finished(self) -> None:
        """Such as one that somebody installed by hand, of which nothing was ever tried."""
        assert self.walked("passed", "passed").points[0].state == OK


def test_what_a_program_is_handed_stands_below_its_line() -> None:
    text = "crontab -u demo - <{laid}"
    typed = [{"user": "root", "text": text}]
    handed = Change("cron", typed=typed, lines=["sh /run/04-crontab"], difference="---\n+++\n+0 3 * * * one")
    assert list(dictated(handed, 70)) == [
        ("sh /run/04-crontab", ["(as root) crontab -u demo - <(the file)", "+0 3 * * * one"])
    ]
    written = Change("file", typed=typed, lines=["sh /run/04-file"], difference="--- /a\n+++ /a\n@@ -0,0 +1 @@\n+a")
    assert list(dictated(written, 70)) == [("sh /run/04-file", ["(as root) crontab -u demo - <(the file)"])]


def test_a_walk_that_works_says_what_to_look_at() -> None:
    shows = walk()
    shows.verified(verified("passed", "warning", probes=("passed", "warning")))
    assert len(shows.doubtful) == len([one for point in shows.points for one in point.doubtful]) > 0
    told = verdict(Activity(shows, Execution(Instance.__new__(Instance), shows)), shows.points[0], Look()).plain
    assert "things to look at: " in told or "thing to look at: " in told
