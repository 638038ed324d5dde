"""The plan: what the application would do, drained over an overlay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.support import ME, MY_GROUP, bare
from tests.unit.walking import Site, Yields, point
from wizard.base.rendering import Rendered, Text
from wizard.base.secret import Secret
from wizard.changes.change import Change
from wizard.changes.cron import CrontabLinesAdded
from wizard.changes.files import DirectoryMade, EditKept, FileWritten, LinkMade
from wizard.host.files import Content, EntryAt
from wizard.host.live import Live
from wizard.host.overlay import Hides, Overlay
from wizard.host.reading import Host, NotKnown, Unknown
from wizard.outputs.plan import data
from wizard.record.journal import Journal
from wizard.steps.files import Directory, GeneratedFile
from wizard.steps.step import Blocked, Step
from wizard.walk.plan import plan


def test_a_change_is_seen_by_the_step_after_it() -> None:
    def second(host: Host) -> Iterator[Change]:
        assert host.get(EntryAt("/srv/x")) is not None
        yield DirectoryMade("/srv/x/y")

    first, then = plan([point("one", [Directory("/srv/x")]), point("two", [Yields(second)])], bare())
    assert [one.change.subject for one in (*first.changes, *then.changes)] == ["/srv/x", "/srv/x/y"]


def test_a_change_is_seen_by_the_rest_of_its_own_step() -> None:
    def both(host: Host) -> Iterator[Change]:
        yield DirectoryMade("/srv/x")
        if host.get(EntryAt("/srv/x")) is not None:
            yield DirectoryMade("/srv/x/y")

    [step] = plan([point("one", [Yields(both)])], bare())
    assert len(step.changes) == 2


def test_steps_in_place_are_in_it_without_changes() -> None:
    [step] = plan([point("one", [Directory("/srv")])], bare())
    assert step.changes == ()
    assert step.blocked is None


def test_what_blocks_a_step_does_not_hide_the_others() -> None:
    def blocked(host: Host) -> Iterator[Change]:
        yield DirectoryMade("/srv/x")
        raise Blocked("a wall", "go round")

    first, then = plan([point("one", [Yields(blocked), Directory("/srv/z")])], bare())
    assert first.blocked is not None
    assert (first.blocked.why, first.blocked.remedy) == ("a wall", "go round")
    assert len(first.changes) == 1
    assert len(then.changes) == 1


def test_what_cannot_be_known_says_what_it_needs() -> None:
    def unknown(host: Host) -> Iterator[Change]:
        raise NotKnown(Unknown("hidden", "root"))
        yield

    [step] = plan([point("one", [Yields(unknown)])], bare())
    assert step.unknown == Unknown("hidden", "root")


def test_a_change_that_was_judged_by_what_only_shows_later_is_marked() -> None:
    host = bare()
    host.lay([Hides("/srv", "known once it is cloned")])
    steps: list[Step] = [GeneratedFile("/srv/x", Text("x")), Directory("/etc/x")]
    marked, plain = plan([point("one", steps)], host)
    assert marked.changes[0].unknown == "known once it is cloned"
    assert plain.changes[0].unknown == ""


def test_the_effect_s_own_readings_mark_nothing() -> None:
    def two(host: Host) -> Iterator[Change]:
        yield LinkMade("/srv/x", "y")  # its effect looks into /srv
        yield DirectoryMade("/etc/x")

    host = bare()
    host.lay([Hides("/srv", "why")])
    [step] = plan([point("one", [Yields(two)])], host)
    assert [one.unknown for one in step.changes] == ["", ""]


def test_a_file_is_shown_with_what_it_replaces(tmp_path: Path) -> None:
    site = Site(tmp_path)
    (site.folder / "file").write_text("theirs\n")
    journal = Journal(site.state)
    [step] = plan([point("one", [site.file("file")])], Overlay(Live(journal)))
    [planned] = step.changes
    assert isinstance(planned.change, EditKept), "nobody is there to be asked"


def test_planning_touches_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    list(plan([point("one", [site.file("a"), Directory(str(site.folder / "b"))])], Overlay(Live(Journal(site.state)))))
    assert list(site.folder.iterdir()) == []
    assert not site.state.folder.exists()


class TestDifferences:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Site:
        """A site with a file of ours that is outdated."""
        made = Site(tmp_path)
        application = made.application()
        application.apply([point("one", [made.file("file", "same\nold\n")])])
        return made

    def difference(self, site: Site, step: GeneratedFile) -> str:
        """The difference that the plan shows."""
        steps = list(plan([point("one", [step])], Overlay(Live(Journal(site.state)))))
        found: str = data("x", "y", steps, {})["steps"][0]["changes"][0]["difference"]
        return found

    def test_lines_that_come_and_go(self, site: Site) -> None:
        lines = self.difference(site, site.file("file", "same\nnew\n")).splitlines()
        assert "-old" in lines
        assert "+new" in lines
        assert " same" in lines

    def test_no_secret_old_or_new_is_in_it(self, site: Site) -> None:
        step = GeneratedFile(
            str(site.folder / "file"),
            Rendered("biomaid/instance_config.toml", {"workers": 4, "key": Secret("key", "s3cret")}),
        )
        (site.folder / "file").write_text("password = 'older s3cret'\n")
        change = FileWritten(step.path, step.body)
        site.says_yes = True
        steps = list(plan([point("one", [Yields(lambda host: iter([change]))])], Overlay(Live(Journal(site.state)))))
        shown: str = data("x", "y", steps, {})["steps"][0]["changes"][0]["difference"]
        assert "s3cret" not in shown
        assert "+workers = 4" in shown

    def test_lines_that_are_written_nowhere_else_are_in_it(self, site: Site) -> None:
        added = CrontabLinesAdded("nobody", ("0 3 * * * one", "30 3 * * * two"))
        steps = list(plan([point("one", [Yields(lambda host: iter([added]))])], Overlay(Live(Journal(site.state)))))
        shown = data("x", "y", steps, {})["steps"][0]["changes"][0]["difference"]
        assert shown.splitlines() == ["---", "+++", "+0 3 * * * one", "+30 3 * * * two"]


def test_a_plan_is_what_the_application_does(tmp_path: Path) -> None:
    site = Site(tmp_path)
    (site.folder / "wide").mkdir(mode=0o777)
    (site.folder / "wide").chmod(0o777)

    def made_by(host: Host) -> Iterator[Change]:
        if host.get(Content(str(site.folder / "two" / "file"))) is None:
            yield from site.file("two/file").changes(host)

    steps: list[Step] = [
        site.file("one"),
        Directory(str(site.folder / "two"), ME, MY_GROUP),
        Yields(made_by),
        Directory(str(site.folder / "wide"), ME, MY_GROUP, 0o700),
    ]
    points = [point("one", steps[:2]), point("two", steps[2:])]
    planned = [one.change.title for step in plan(points, Overlay(Live(Journal(site.state)))) for one in step.changes]
    assert site.application().apply(points) == "done"
    done = [event["title"] for event in site.events if event["event"] == "change" and event["state"] == "done"]
    assert planned == done
    assert len(done) == 4
