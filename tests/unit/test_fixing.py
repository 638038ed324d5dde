"""Fixing: what is red is repaired in order, by steps and remedies; what must be asked is asked, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.unit.support import ME
from tests.unit.walking import Proves, Sees, Site, Yields, point, sees
from wizard.changes.change import Change, Hands
from wizard.changes.ran import Ran
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.guide import Checkpoint
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.live import Live
from wizard.host.overlay import Sets
from wizard.host.reading import Host
from wizard.outputs.events import event_data
from wizard.record.journal import Journal
from wizard.walk import fixing as module
from wizard.walk.events import Event, Offer, Question
from wizard.walk.fixing import Fixing
from wizard.walk.problems import Problem


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is red is not waited for."""
    monkeypatch.setattr(module, "SETTLING", 0.0)


class Repair:
    """A repair of an instance that was applied in a folder."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.asked: list[str] = []
        self.agrees: Callable[[Question | Offer], bool] = lambda asked: False
        self.events: list[dict[str, Any]] = []

    def tell(self, event: Event) -> None:
        """Notes the event as it is printed."""
        self.events.append(event_data(event))

    def ask(self, asked: Question | Offer) -> bool:
        """Notes what is asked."""
        self.asked.append(asked.text)
        return self.agrees(asked)

    def run(self, points: Sequence[Checkpoint]) -> Fixing:
        """Repairs."""
        run = self.site.application()
        journal = Journal(self.site.state)
        host = Live(journal, Facts())
        fixing = Fixing(host, self.site.state, journal, run.machine, self.tell, self.ask)
        fixing.fix(points)
        return fixing

    def path(self, name: str) -> str:
        """Below the folder."""
        return str(self.site.folder / name)

    def there(
        self, probe: str, name: str, remedy: Remedy | None = None, warns: bool = False, after: tuple[str, ...] = ()
    ) -> Sees:
        """A probe that wants a file to be there."""

        def see(host: Host) -> Finding:
            if host.get(EntryAt(self.path(name))) is not None:
                return passed("there")
            wrong = warning if warns else failed
            return wrong("gone", cause=Cause("gone", "it is gone"), remedy=remedy)

        return sees(probe, see, after=after)


@pytest.fixture
def repair(tmp_path: Path) -> Repair:
    """A folder to work in."""
    return Repair(Site(tmp_path))


def ids(found: Sequence[Problem]) -> list[str]:
    return [one.id for one in found]


def applied(repair: Repair, *points: Checkpoint) -> list[Checkpoint]:
    assert repair.site.application().apply(points) == "done"
    return list(points)


def test_what_is_well_is_left_alone(repair: Repair) -> None:
    points = applied(repair, point("one", [repair.site.file("a")], [repair.site.holds("one.a", "a")]))
    fixing = repair.run(points)
    assert (fixing.changes, fixing.repaired, fixing.left, repair.events) == (0, [], [], [])


def test_a_step_brings_back_what_is_missing(repair: Repair) -> None:
    points = applied(
        repair,
        point("one", [repair.site.file("a"), repair.site.file("b")], [repair.site.holds("one.a", "a")]),
        point("two", [repair.site.file("c"), repair.site.file("d")], [repair.site.holds("two.c", "c")]),
    )
    (repair.site.folder / "a").unlink()
    (repair.site.folder / "c").unlink()
    fixing = repair.run(points)
    assert ids(fixing.repaired) == ["one.a", "two.c"], "in the order of the guide"
    assert (fixing.left, repair.asked, fixing.changes) == ([], [], 2)
    kinds = [event["event"] for event in repair.events]
    assert kinds[:2] == ["probe", "probe"], "what is wrong is said first"
    assert kinds.count("repaired") == 2
    journal = Journal(repair.site.state)
    assert [entry.subject for entry in journal.entries()][-2:] == [repair.path("a"), repair.path("c")]


def test_what_depends_on_it_shows_and_is_repaired_then(repair: Repair) -> None:
    first = repair.there("one.a", "a", Remedy("make a", (f"touch {repair.path('a')}",), safe=True))
    makes_b = Remedy("make b", (f"touch {repair.path('b')}",), safe=True)
    second = repair.there("one.b", "b", makes_b, after=("one.a",))
    applied(repair, point("one", [repair.site.file("x")]))
    fixing = repair.run([point("one", [repair.site.file("x")], [first, second])])
    assert ids(fixing.repaired) == ["one.a", "one.b"]


def test_a_remedy_that_is_not_safe_is_asked_for_once_and_left_where_nobody_agrees(repair: Repair) -> None:
    points = applied(repair, point("one", [repair.site.file("x")]))
    wrong = [repair.there("one.a", "a", Remedy("make a", (f"touch {repair.path('a')}",)))]
    points = [point("one", [repair.site.file("x")], wrong)]
    fixing = repair.run(points)
    assert repair.asked == ["make a"]
    assert ids(fixing.left) == ["one.a"]
    assert "make a" in fixing.reasons["one.a"]
    assert not (repair.site.folder / "a").exists()
    repair.agrees = lambda asked: isinstance(asked, Offer) and asked.probe == "one.a"
    assert ids(repair.run(points).repaired) == ["one.a"]


def test_an_edited_file_is_asked_about_and_its_refusal_not_remembered(repair: Repair) -> None:
    steps = [repair.site.file("a"), repair.site.file("b")]
    points = applied(repair, point("one", steps, [repair.site.holds("one.a", "a")]))
    (repair.site.folder / "a").write_text("theirs\n")
    fixing = repair.run(points)
    assert len(repair.asked) == 1
    assert ids(fixing.left) == ["one.a"]
    assert repair.site.read("a") == "theirs\n"
    repair.agrees = lambda asked: True
    assert ids(repair.run(points).repaired) == ["one.a"]
    assert repair.site.read("a") == "ours\n"


def test_the_step_that_a_remedy_names_is_taken_in_whatever_checkpoint(repair: Repair) -> None:
    step = repair.site.file("a")

    def see(host: Host) -> Finding:
        data = host.get(Content(repair.path("a")))
        return passed("fine") if data == b"ours\n" else failed("other", remedy=Remedy("write it", step=step.key))

    points = applied(repair, point("one", [step]), point("two", [repair.site.file("b")], [sees("two.page", see)]))
    (repair.site.folder / "a").unlink()
    fixing = repair.run(points)
    assert (ids(fixing.repaired), fixing.changes) == (["two.page"], 1)


def test_what_no_remedy_names_is_looked_for_in_the_whole_guide(repair: Repair) -> None:
    later = point("two", [repair.site.file("b")], [repair.site.holds("two.a", "a")])
    points = applied(repair, point("one", [repair.site.file("a")]), later)
    (repair.site.folder / "a").unlink()
    assert ids(repair.run(points).repaired) == ["two.a"]


def test_a_warning_is_gone_for_only_where_something_is_known(repair: Repair) -> None:
    points = applied(repair, point("one", [repair.site.file("x")]))
    wrong = [
        repair.there("one.a", "a", warns=True),
        repair.there("one.b", "b", Remedy("make b", (f"touch {repair.path('b')}",), safe=True), warns=True),
    ]
    points = [point("one", [repair.site.file("x")], wrong)]
    fixing = repair.run(points)
    assert ids(fixing.repaired) == ["one.b"]
    assert fixing.left == []


def test_what_fails_is_told_and_the_rest_is_repaired(repair: Repair) -> None:
    points = applied(repair, point("one", [repair.site.file("x")]))
    wrong = [
        repair.there("one.a", "a", Remedy("make a", ("echo lost >&2; exit 3",), safe=True)),
        repair.there("one.b", "b", Remedy("make b", (f"touch {repair.path('b')}",), safe=True)),
    ]
    points = [point("one", [repair.site.file("x")], wrong)]
    fixing = repair.run(points)
    assert ids(fixing.repaired) == ["one.b"]
    assert ids(fixing.left) == ["one.a"]
    assert "lost" in fixing.reasons["one.a"]


def test_a_red_trial_is_made_again_before_and_after_it_is_repaired(repair: Repair) -> None:
    made: list[bool] = []
    remedy = Remedy("make t", (f"touch {repair.path('t')}",), safe=True)

    def prove(host: Host, hands: Hands) -> Finding:
        made.append((repair.site.folder / "t").exists())
        return passed("proven") if made[-1] else failed("not", cause=Cause("none", "none"), remedy=remedy)

    points = [point("one", [repair.site.file("x")], trials=[Proves("one.trial", "a trial", prove)])]
    assert repair.site.application().apply(points) == "failed"
    fixing = repair.run(points)
    assert made == [False, False, True]
    assert (ids(fixing.repaired), fixing.left) == (["one.trial"], [])


def test_what_was_not_reached_is_no_matter_of_a_repair(repair: Repair) -> None:
    points = [point("one", [repair.site.file("a")], [repair.site.holds("one.a", "a")])]
    fixing = repair.run(points)
    assert (fixing.changes, fixing.left, repair.asked) == (0, [], [])


def test_what_runs_is_not_restarted_while_something_before_it_is_red(repair: Repair) -> None:
    class Restarted(Ran):
        """Stops what runs, as the plan knows it."""

        restarts: ClassVar[bool] = True

    def restarts(host: Host) -> Iterator[Change]:
        if host.get(EntryAt(repair.path("restarted"))) is None:
            touched = (Sets(EntryAt(repair.path("restarted")), Entry()),)
            yield Restarted(("touch", repair.path("restarted")), "restart it", touched, user=ME)

    page = repair.there("two.page", "page")
    settings = repair.site.holds("one.a", "a")
    first = point("one", [repair.site.file("a"), repair.site.file("b")], [settings])
    points = [first, point("two", [repair.site.file("c"), Yields(restarts, "the service")], [page])]
    applied(repair, first, point("two", [repair.site.file("c")]))
    (repair.site.folder / "a").write_text("broken\n")
    fixing = repair.run(points)
    assert ids(fixing.left) == ["one.a", "two.page"]
    assert not (repair.site.folder / "restarted").exists()
    assert "the probe one.a" in fixing.reasons["two.page"]
    repair.agrees = lambda asked: True
    assert ids(repair.run(points).repaired) == ["one.a"]
    assert (repair.site.folder / "restarted").exists()
