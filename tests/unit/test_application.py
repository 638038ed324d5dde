"""The application: changes carried out one by one, each checkpoint probed and tried; a second run does nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.support import ME, MY_GROUP
from tests.unit.walking import Proves, Site, Yields, point, raising, sees
from wizard.base.rendering import Text
from wizard.changes.change import Change, Failed
from wizard.changes.files import DirectoryMade, FileWritten
from wizard.changes.ran import Ran
from wizard.findings.finding import Finding, failed, passed
from wizard.host.files import Content, EntryAt
from wizard.host.live import Live
from wizard.host.reading import Host, NotKnown, Unknown
from wizard.record.journal import Journal
from wizard.record.trials import last_trials
from wizard.steps.files import Directory
from wizard.steps.step import Blocked
from wizard.walk import application as module
from wizard.walk.undoing import Undoing


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is red is not looked at again for long."""
    monkeypatch.setattr(module, "SETTLING", 0.0)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A folder to work in."""
    return Site(tmp_path)


class TestOrder:
    def test_events_come_in_the_order_of_what_happens(self, site: Site) -> None:
        points = [
            point(
                "one", [site.file("a"), site.file("b")], [site.holds("one.a", "a")], [Proves("one.trial", "a trial")]
            ),
            point("two", [site.file("c")], [site.holds("two.c", "c")]),
        ]
        run = site.application()
        assert run.apply(points) == "done"
        assert site.told() == [
            "checkpoint one",
            "change FileWritten begun",
            "change FileWritten done",
            "step 1",
            "change FileWritten begun",
            "change FileWritten done",
            "step 1",
            "probe one.a passed",
            "probe one.trial passed",
            "checkpoint two",
            "change FileWritten begun",
            "change FileWritten done",
            "step 1",
            "probe two.c passed",
        ]
        assert run.changes == 3
        assert [site.events[0][key] for key in ("number", "of")] == [1, 2]

    def test_a_change_is_carried_out_before_its_step_goes_on(self, site: Site) -> None:
        def two(host: Host) -> Iterator[Change]:
            path = site.folder / "x"
            if host.get(EntryAt(str(path))) is None:
                yield DirectoryMade(str(path), 0o755, ME, MY_GROUP)
                assert path.is_dir()
                assert host.get(EntryAt(str(path))) is not None, "what was read before is forgotten"

        assert site.application().apply([point("one", [Yields(two)])]) == "done"

    def test_until_a_checkpoint(self, site: Site) -> None:
        points = [point("one", [site.file("a")]), point("two", [site.file("b")]), point("three", [site.file("c")])]
        assert site.application().apply(points, "two") == "done"
        assert sorted(path.name for path in site.folder.iterdir()) == ["a", "b"]


class TestSecondRun:
    def test_it_changes_nothing(self, site: Site) -> None:
        points = [
            point("one", [site.file("a"), Directory(str(site.folder / "x"), ME, MY_GROUP)]),
            point("two", [site.file("x/b")]),
        ]
        first = site.application()
        first.apply(points)
        second = site.application()
        assert second.apply(points) == "done"
        assert (first.changes, second.changes) == (3, 0)
        assert site.told("change") == []
        assert site.told("step") == ["step 0"] * 3

    def test_it_finishes_what_another_left(self, site: Site) -> None:
        """A run that is killed at any of its changes is finished by the next, to the same end state."""
        points = [
            point("one", [site.file("a", "1"), Directory(str(site.folder / "x"), ME, MY_GROUP)]),
            point("two", [site.file("x/b", "2"), site.file("a", "1")]),
        ]
        newer = [
            point("one", [site.file("a", "3"), Directory(str(site.folder / "x"), ME, MY_GROUP)]),
            point("two", [site.file("x/b", "4")]),
        ]
        site.application().apply(points)
        for killed in range(4):  # before or after each of its two changes
            run, count = site.application(), 0

            class Killed(BaseException):
                """As by kill -9."""

            def carry_out(
                change: FileWritten, hands: object, at: int = killed, real: object = FileWritten.carry_out
            ) -> None:
                nonlocal count
                count += 1
                if count * 2 - 1 == at + 1:
                    raise Killed
                real(change, hands)  # type: ignore[operator]
                if count * 2 == at + 1:
                    raise Killed

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(FileWritten, "carry_out", carry_out)
                with pytest.raises(Killed):
                    run.apply(newer)
            again = site.application()
            assert again.apply(newer) == "done"
            assert site.questions == [], "nobody edited anything"
            assert (site.read("a"), site.read("x/b")) == ("3", "4")
            site.application().apply(points)
            assert (site.read("a"), site.read("x/b")) == ("1", "2")

    def test_its_trials_are_made_only_where_something_changed(self, site: Site) -> None:
        made: list[int] = []

        def act(host: Host, hands: object) -> Finding:
            made.append(1)
            return passed("proven")

        def points(text: str) -> list[object]:
            return [point("one", [site.file("a", text)], [], [Proves("one.trial", "a trial", act)])]

        for text, count in (("1", 1), ("1", 1), ("2", 2)):
            site.application().apply(points(text))  # type: ignore[arg-type]
            assert len(made) == count

    def test_a_trial_that_was_red_is_made_again(self, site: Site) -> None:
        outcomes = [failed("no"), passed("yes")]
        points = [point("one", [site.file("a")], [], [Proves("t", "a trial", lambda host, hands: outcomes.pop(0))])]
        assert site.application().apply(points) == "failed"
        assert site.application().apply(points) == "done"


class TestRed:
    def test_it_stops_at_the_first_checkpoint_that_stays_red(self, site: Site) -> None:
        points = [
            point("one", [site.file("a")], [sees("one.x"), sees("one.y", failed("no"))]),
            point("two", [site.file("b")]),
        ]
        assert site.application().apply(points) == "failed"
        assert site.told("probe") == ["probe one.x passed", "probe one.y failed"]
        assert not (site.folder / "b").exists()

    def test_a_probe_that_is_wrong_itself_stops_it_too(self, site: Site) -> None:
        points = [point("one", [], [sees("one.x", raising(ValueError()))]), point("two", [site.file("b")])]
        assert site.application().apply(points) == "failed"
        assert not (site.folder / "b").exists()

    @pytest.mark.parametrize("finding", [failed("no"), Finding("unknown", "closed"), Finding("crashed", "odd")])
    def test_a_red_trial_stops_it(self, site: Site, finding: Finding) -> None:
        points = [
            point("one", [site.file("a")], [], [Proves("t", "a trial", lambda host, hands: finding)]),
            point("two", [site.file("b")]),
        ]
        assert site.application().apply(points) == "failed"
        assert not (site.folder / "b").exists()

    def test_one_that_lacks_what_nobody_has_stops_nothing_and_is_not_kept(self, site: Site) -> None:
        points = [point("one", [site.file("a")], [], [Proves("t", "a trial", wanting="a word")]), point("two")]
        assert site.application().apply(points) == "done"
        assert [event["because"] for event in site.events if event["event"] == "probe"] == ["a word"]
        assert last_trials(site.state) == {}

    def test_what_needs_a_moment_is_looked_at_again(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "SETTLING", 30.0)
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: None))
        findings = [failed("not yet"), failed("not yet"), passed("now")]
        points = [point("one", [], [sees("one.x", lambda host: findings.pop(0))])]
        assert site.application().apply(points) == "done"
        assert site.told("probe") == ["probe one.x passed"], "only the last finding is told"

    def test_a_probe_whose_time_is_over_is_left_out(self, site: Site) -> None:
        waiting = sees(
            "nginx.waiting", lambda host: passed("502") if not (site.folder / "b").exists() else failed("200")
        )
        waiting = type(waiting)(waiting.id, waiting.title, waiting.see, gone="service")
        points = [point("nginx", [site.file("a")], [waiting]), point("service", [site.file("b")])]
        for _turn in range(2):
            assert site.application().apply(points) == "done"
        assert site.told("probe") == []


class TestFailures:
    def test_a_change_that_fails_stops_it_and_stays_begun(self, site: Site) -> None:
        ran = Ran(("sh", "-c", "echo no; exit 3"), "do it", (), user=ME)
        with pytest.raises(Failed, match="ended with status 3: no"):
            site.application().apply([point("one", [Yields(lambda host: iter([ran]))])])
        [entry] = Journal(site.state).entries()
        assert not entry.done

    def test_a_step_that_stays_unsatisfied_is_named_and_the_host_not_acquitted(self, site: Site) -> None:
        ran = Ran(("true",), "do it", (), user=ME)
        step = Yields(lambda host: iter([ran]), title="the step that never ends")
        with pytest.raises(Failed, match=r"`the step that never ends` .* still missing: do it.* undoes it"):
            site.application().apply([point("one", [step])])

    def test_a_step_that_is_blocked_on_the_way_says_so(self, site: Site) -> None:
        def blocked(host: Host) -> Iterator[Change]:
            raise Blocked("a wall", "go round")
            yield

        with pytest.raises(Failed, match="a wall") as caught:
            site.application().apply([point("one", [Yields(blocked)])])
        assert caught.value.remedy == "go round"

    def test_what_cannot_be_known_on_the_way_says_so(self, site: Site) -> None:
        def unknown(host: Host) -> Iterator[Change]:
            raise NotKnown(Unknown("closed", "root"))
            yield

        with pytest.raises(Failed, match="a step: closed"):
            site.application().apply([point("one", [Yields(unknown)])])

    def test_blocks_are_found_before_anything_is_touched(self, site: Site) -> None:
        def blocked(host: Host) -> Iterator[Change]:
            raise Blocked("a wall", "go round")
            yield

        found = site.application().blocks(
            [point("one", [site.file("a"), Yields(blocked)]), point("two", [Yields(blocked)])]
        )
        assert [one.why for one in found] == ["a wall", "a wall"]
        assert list(site.folder.iterdir()) == []
        assert not site.state.folder.exists()


class TestEdited:
    def applied(self, site: Site, text: str = "ours\n") -> str:
        """One run over one file."""
        return site.application().apply([point("one", [site.file("a", text)])])

    def test_unattended_it_is_kept_and_then_in_place(self, site: Site) -> None:
        self.applied(site)
        (site.folder / "a").write_text("edited\n")
        assert self.applied(site) == "done"
        assert len(site.questions) == 1
        assert str(site.folder / "a") in site.questions[0]
        assert site.told("change") == ["change FileWritten declined", "change EditKept begun", "change EditKept done"]
        assert site.read("a") == "edited\n"
        assert self.applied(site) == "done"
        assert site.told("change") == []
        assert site.questions == []

    def test_whoever_says_yes_gets_ours_and_can_have_theirs_back(self, site: Site) -> None:
        self.applied(site)
        (site.folder / "a").write_text("edited\n")
        site.says_yes = True
        self.applied(site)
        assert site.read("a") == "ours\n"
        run = site.application()
        Undoing(run.host, run.journal, run.machine, site.tell, site.ask).undo()
        assert not (site.folder / "a").exists()

    def test_it_is_asked_again_when_something_else_would_be_written(self, site: Site) -> None:
        self.applied(site)
        (site.folder / "a").write_text("edited\n")
        self.applied(site)
        self.applied(site, "newer\n")
        assert len(site.questions) == 1
        assert site.read("a") == "edited\n"

    def test_what_was_outdated_is_replaced_without_a_question(self, site: Site) -> None:
        self.applied(site)
        self.applied(site, "newer\n")
        assert site.questions == []
        assert site.read("a") == "newer\n"

    def test_what_was_removed_by_hand_comes_back(self, site: Site) -> None:
        self.applied(site)
        (site.folder / "a").unlink()
        self.applied(site)
        assert site.questions == []
        assert site.read("a") == "ours\n"

    def test_a_file_that_somebody_else_wrote_is_theirs(self, site: Site) -> None:
        (site.folder / "a").write_text("theirs\n")
        self.applied(site)
        assert len(site.questions) == 1
        assert site.read("a") == "theirs\n"


def test_the_undo_stands_in_the_journal_before_the_thing_is_touched(site: Site) -> None:
    seen: list[int] = []

    class Looks(FileWritten):
        """Looks into the journal when it is carried out."""

        def carry_out(self, hands: object) -> None:
            """Looks, then writes."""
            seen.append(len(Journal(site.state).entries()[0].undo))
            super().carry_out(hands)  # type: ignore[arg-type]

    def step(host: Host) -> Iterator[Change]:
        if host.get(Content(str(site.folder / "a"))) is None:
            yield Looks(str(site.folder / "a"), Text("x"), owner=ME, group=MY_GROUP)

    site.application().apply([point("one", [Yields(step)])])
    assert seen == [1]


def test_it_reads_the_machine_as_it_is_and_not_as_it_was(site: Site) -> None:
    run = site.application()
    assert isinstance(run.host, Live)
    run.host.read(Content(str(site.folder / "a")))
    (site.folder / "a").write_text("ours\n")
    run.apply([point("one", [site.file("a")])])
    assert site.told("change") == []
