"""Undoing: newest first, what people made only with the data, what they edited only with their leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.unit.support import ME, MY_GROUP
from tests.unit.walking import Site, Yields, point, short
from wizard.changes import kinds
from wizard.changes.adopted import Adopted
from wizard.changes.change import Change, Failed, Hands, Keep, Typed
from wizard.changes.files import DirectoryCopied
from wizard.host.files import EntryAt
from wizard.host.overlay import Effect
from wizard.host.reading import Host
from wizard.record.journal import Journal
from wizard.steps.files import Directory, Line
from wizard.walk import undoing as module
from wizard.walk.undoing import Record, Undoing


class Settled(Change):
    """An undo that is done once, at the end."""

    kind: ClassVar[str] = "Settled"
    unit: str
    settles: ClassVar[int] = 1
    done: ClassVar[list[str]] = []

    title = "settle"

    def carry_out(self, hands: Hands) -> None:
        """Notes it."""
        self.done.append(self.unit)

    def effect(self, host: Host) -> Iterable[Effect]:
        """None."""
        return ()

    def typed(self) -> Sequence[Typed]:
        """Nothing."""
        return ()

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Itself."""
        return (self,)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A folder to work in."""
    return Site(tmp_path)


def undone(site: Site, *, data: bool = False) -> list[dict[str, Any]]:
    """All of it, as after a restart."""
    run = site.application()
    Undoing(run.host, run.journal, run.machine, site.tell, site.ask, data).undo()
    return site.events


def test_newest_first(site: Site) -> None:
    site.application().apply(
        [point("one", [site.file("a"), Directory(str(site.folder / "x"), ME, MY_GROUP), site.file("x/b")])]
    )
    events = undone(site)
    subjects = [Path(event["subject"]).name for event in events if event["state"] == "done"]
    assert subjects == ["b", "x", "a"]
    assert list(site.folder.iterdir()) == []
    assert [short(event) for event in events[:2]] == ["change FileRemoved begun", "change FileRemoved done"]


def test_a_second_undo_does_nothing(site: Site) -> None:
    site.application().apply([point("one", [site.file("a")])])
    undone(site)
    assert undone(site) == []


def test_applied_undone_and_applied_again(site: Site) -> None:
    points = [point("one", [site.file("a"), Line(str(site.folder / "rc"), "line", ME)])]
    (site.folder / "rc").write_text("theirs\n")
    for _turn in range(2):
        site.application().apply(points)
        assert site.read("rc") == "theirs\nline\n"
        assert site.questions == []
        undone(site)
        assert site.read("rc") == "theirs\n"
        assert not (site.folder / "a").exists()


def test_what_a_killed_run_began_is_undone_too(site: Site) -> None:
    (site.folder / "a").write_text("theirs\n")
    run = site.application()
    run.journal.begin("one", next(iter(site.file("a").changes(run.host))), run.host)
    undone(site)
    assert site.read("a") == "theirs\n"


class TestData:
    @pytest.fixture
    def copied(self, site: Site) -> Site:
        """A site with a copied folder, and a file of ours beside it."""
        (site.folder / "source").mkdir()

        def copy(host: Host) -> Iterator[Change]:
            if host.get(EntryAt(str(site.folder / "copy"))) is None:
                yield DirectoryCopied(str(site.folder / "copy"), str(site.folder / "source"), ME)

        site.application().apply([point("one", [Yields(copy), site.file("a")])])
        return site

    def test_it_stays(self, copied: Site) -> None:
        undone(copied)
        assert (copied.folder / "copy").exists()
        assert not (copied.folder / "a").exists()

    def test_it_goes_where_that_is_said_and_later_too(self, copied: Site) -> None:
        undone(copied)
        undone(copied, data=True)
        assert not (copied.folder / "copy").exists()
        assert undone(copied, data=True) == []


class TestEdited:
    def test_one_that_was_edited_is_asked_about_and_stays(self, site: Site) -> None:
        site.application().apply([point("one", [site.file("a")])])
        (site.folder / "a").write_text("edited\n")
        undone(site)
        assert len(site.questions) == 1
        assert site.read("a") == "edited\n"
        assert not Journal(site.state).entries()[0].undone

    def test_whoever_says_yes_loses_it(self, site: Site) -> None:
        site.application().apply([point("one", [site.file("a")])])
        (site.folder / "a").write_text("edited\n")
        site.says_yes = True
        undone(site)
        assert not (site.folder / "a").exists()

    def test_one_that_was_written_twice_is_not_edited(self, site: Site) -> None:
        (site.folder / "a").write_text("theirs\n")
        site.says_yes = True
        for text in ("one\n", "two\n"):
            site.application().apply([point("one", [site.file("a", text)])])
        site.says_yes = False
        undone(site)
        assert site.questions == []
        assert site.read("a") == "theirs\n"

    def test_one_that_was_removed_by_hand_is_no_edit(self, site: Site) -> None:
        site.application().apply([point("one", [site.file("a")])])
        (site.folder / "a").unlink()
        undone(site)
        assert site.questions == []

    def test_an_edit_that_was_kept_stays(self, site: Site) -> None:
        site.application().apply([point("one", [site.file("a")])])
        (site.folder / "a").write_text("edited\n")
        site.application().apply([point("one", [site.file("a", "newer\n")])])
        undone(site)
        assert site.read("a") == "edited\n"


class TestSettling:
    @pytest.fixture(autouse=True)
    def kind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The journal knows the made-up kind."""
        monkeypatch.setattr(module, "KINDS", {**kinds.KINDS, "Settled": Settled})
        Settled.done.clear()

    def test_it_is_done_once_when_all_else_is(self, site: Site) -> None:
        run = site.application()
        for change in (Settled("b"), Settled("a"), Settled("b")):
            run.journal.done(run.journal.begin("one", change, run.host))
        run.apply([point("one", [site.file("a")])])
        events = [event for event in undone(site) if event["state"] == "done"]
        assert sorted(Settled.done) == ["a", "b"]
        assert [event["kind"] for event in events] == ["FileRemoved", "Settled", "Settled"]
        assert undone(site) == []


class TestAnotherInstance:
    """Two instances: one file is each one's own, one serves the host."""

    @pytest.fixture
    def pair(self, tmp_path: Path, site: Site) -> tuple[Site, Site]:
        """Both applied, the first one first."""
        (tmp_path / "b").mkdir()
        other = Site(tmp_path / "b")
        other.folder.rmdir()
        other.folder = site.folder
        for one, name in ((site, "own-a"), (other, "own-b")):
            one.application().apply([point("one", [one.file(name), one.file("common", shared=True)])])
        return site, other

    def names(self, site: Site) -> list[str]:
        """What is in the folder that both have."""
        return sorted(path.name for path in site.folder.iterdir())

    def undo(self, site: Site, *others: Site, neighbours: Sequence[str] = ()) -> list[dict[str, Any]]:
        """One of them, the others being there."""
        run = site.application()
        known = [Record("other", Journal(other.state), other.application().machine) for other in others]
        Undoing(run.host, run.journal, run.machine, site.tell, site.ask, False, known, neighbours).undo()
        return site.events

    def test_what_the_other_uses_stays_and_goes_with_the_last(self, pair: tuple[Site, Site]) -> None:
        first, second = pair
        events = self.undo(first, second)
        assert self.names(first) == ["common", "own-b"]
        assert [event["text"] for event in events if event["event"] == "output"] == [
            f"left for other: write {first.folder}/common"
        ]
        self.undo(second, first)
        assert self.names(first) == []
        assert not Journal(first.state).in_use
        assert self.undo(first, second) == []

    def test_what_one_uses_that_was_installed_by_hand_stays_too(self, pair: tuple[Site, Site]) -> None:
        first, second = pair
        self.undo(second)
        events = self.undo(first, second, neighbours=("theirs",))
        assert self.names(first) == ["common"]
        assert f"left for theirs: write {first.folder}/common" in [event.get("text") for event in events]
        self.undo(first, second)
        assert self.names(first) == []

    def test_in_the_other_order(self, pair: tuple[Site, Site]) -> None:
        first, second = pair
        self.undo(second, first)
        assert self.names(first) == ["common", "own-a"]
        self.undo(first, second)
        assert self.names(first) == []

    @pytest.mark.parametrize("first_goes_first", [True, False])
    def test_what_the_second_replaced_goes_back_before_what_the_first_made(
        self, site: Site, tmp_path: Path, first_goes_first: bool
    ) -> None:
        (site.folder / "common").write_text("theirs\n")
        (tmp_path / "b").mkdir()
        other = Site(tmp_path / "b")
        other.folder = site.folder
        site.says_yes = other.says_yes = True
        for one, text in ((site, "of a\n"), (other, "of b\n")):
            one.application().apply([point("one", [one.file(f"own-{text[3]}"), one.file("common", text, shared=True)])])
        site.says_yes = other.says_yes = False
        early, late = (site, other) if first_goes_first else (other, site)
        self.undo(early, late)
        assert site.read("common") == "of b\n"
        self.undo(late, early)
        assert site.read("common") == "theirs\n"
        assert site.questions == other.questions == []
        assert self.names(site) == ["common"]

    def test_one_that_was_taken_over_goes_on_using_it(self, pair: tuple[Site, Site], tmp_path: Path) -> None:
        first, second = pair
        (tmp_path / "third").mkdir()
        third = Site(tmp_path / "third")
        run = third.application()
        run.journal.done(run.journal.begin("", Adopted("theirs"), run.host))
        third.application().apply([point("one", [third.file("own-c")])])
        self.undo(third, first, second)
        self.undo(second, first, third)
        self.undo(first, second, third)
        assert self.names(first) == ["common"] and self.names(third) == []
        third.events.clear()
        said = [event["text"] for event in self.undo(third, first, second)]
        assert self.names(first) == ["common"]
        assert ["it stays as it is" in text for text in said] == [True]

    def test_one_that_is_applied_again_is_in_use_again(self, pair: tuple[Site, Site]) -> None:
        first, second = pair
        self.undo(first, second)
        first.application().apply([point("one", [first.file("own-a"), first.file("common", shared=True)])])
        self.undo(second, first)
        assert self.names(first) == ["common", "own-a"]


def test_an_undo_that_fails_is_taken_up_again(site: Site) -> None:
    site.application().apply([point("one", [site.file("a"), site.file("b")])])
    (site.folder / "a").unlink()
    (site.folder / "a").mkdir()
    (site.folder / "a" / "theirs").write_text("x")
    with pytest.raises(Failed, match="a"):
        undone(site)
    assert not (site.folder / "b").exists()
    (site.folder / "a" / "theirs").unlink()
    undone(site)
    assert list(site.folder.iterdir()) == []
