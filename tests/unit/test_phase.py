"""How far an instance has come, by what is there and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from tests.unit.support import bare
from tests.unit.walking import Yields, point, sees
from wizard.base.values import replace
from wizard.changes.change import Change
from wizard.changes.files import DirectoryMade
from wizard.guide import Checkpoint
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Overlay
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.records import Applied
from wizard.steps.files import Directory
from wizard.steps.step import Blocked, Step
from wizard.walk.phase import reached, with_counted_probes, without_absent

FOLDER = Entry("directory", mode=0o755)


def made(*names: str, hidden: tuple[str, ...] = ()) -> Overlay:
    """A host with these folders in /srv."""
    answers: dict[Reading[Any], Any] = {EntryAt(f"/srv/{name}"): FOLDER for name in names}
    answers |= {EntryAt(f"/srv/{name}"): Unknown("closed", "root") for name in hidden}
    return bare(answers)


def folder(name: str, shared: bool = False) -> Step:
    """A step for a folder in /srv."""
    return Directory(f"/srv/{name}", shared=shared)


def stuck(host: Host) -> Iterator[Change]:
    """Blocked."""
    raise Blocked("a wall")
    yield


def nothing(host: Host) -> Iterator[Change]:
    """Asks for nothing with these answers."""
    return iter(())


POINTS: list[Checkpoint] = [
    point("one", [folder("a")]),
    point("two", [folder("b1"), folder("b2")]),
    point("three", [folder("c")]),
]


@pytest.mark.parametrize(
    ("present", "count"),
    [
        ((), 0),
        (("a",), 1),
        (("a", "b1"), 2),
        (("a", "b1", "b2"), 2),
        (("a", "b1", "b2", "c"), 3),
        # What broke before the last one is red, not "not reached".
        (("c",), 3),
        (("b2",), 2),
    ],
)
def test_the_last_checkpoint_of_which_something_is_there(present: tuple[str, ...], count: int) -> None:
    assert reached(POINTS, made(*present)) == count


def test_what_was_done_there_and_is_gone_since_was_reached() -> None:
    """Where the one line that a checkpoint puts into a crontab is taken out, it is red, and not "not reached"."""
    done: dict[Reading[Any], Any] = {Applied("DirectoryMade", f"/srv/{name}", done=True): True for name in ("a", "b1")}
    assert reached(POINTS, bare(done)) == 2
    points = [point("one", [folder("a", shared=True), folder("x")])]
    assert reached(points, bare(done)) == 0


def test_what_serves_the_whole_host_says_nothing_about_the_instance() -> None:
    points = [point("one", [folder("a", shared=True), folder("b")]), point("two", [folder("c")])]
    assert reached(points, made("a")) == 0
    assert reached(points, made("a", "b")) == 1


def test_unless_a_checkpoint_has_nothing_else() -> None:
    points = [point("one", [folder("a", shared=True), folder("b", shared=True)])]
    assert reached(points, made("a")) == 0
    assert reached(points, made("a", "b")) == 1


def test_and_where_all_of_that_asks_for_nothing_it_says_nothing() -> None:
    points = [point("one", [folder("a")]), point("two", [Yields(nothing, shared=True)]), point("three", [folder("c")])]
    assert reached(points, made()) == 0
    assert reached(points, made("a")) == 2


def test_a_step_that_asks_for_nothing_says_nothing() -> None:
    points = [point("one", [folder("a")]), point("two", [Yields(nothing), folder("b")])]
    assert reached(points, made("a")) == 1
    assert reached(points, made("a", "b")) == 2


def test_a_checkpoint_that_asks_for_nothing_here_is_reached_by_those_before_it() -> None:
    """Such as what SELinux needs, on a host without it."""
    points = [point("one", [folder("a")]), point("two", [Yields(nothing), Yields(nothing, shared=True)])]
    assert reached(points, made()) == 0
    assert reached(points, made("a")) == 2


def test_a_blocked_step_is_not_in_place() -> None:
    points = [point("one", [folder("a")]), point("two", [Yields(stuck)])]
    assert reached(points, made("a")) == 1


def test_a_checkpoint_without_steps_is_reached_by_those_after_it() -> None:
    points = [point("one"), point("two", [folder("b")])]
    assert reached(points, made()) == 0
    assert reached(points, made("b")) == 2


def test_and_by_those_before_it_for_nothing_is_left_to_do_there() -> None:
    points = [point("one", [folder("a")]), point("two"), point("three", [folder("c")])]
    assert reached(points, made()) == 0
    assert reached(points, made("a")) == 2
    assert reached(points, made("a", "c")) == 3


def test_one_at_the_end_is_reached_with_the_one_before_it() -> None:
    points = [point("one", [folder("a")]), point("two", [folder("b")]), point("three")]
    assert reached(points, made("a", "b")) == 3
    assert reached(points, made("a")) == 1
    assert reached(points, made()) == 0


def test_what_only_root_may_see_counts_after_what_is_there() -> None:
    assert reached(POINTS, made("a", hidden=("b1",))) == 2
    assert reached(POINTS, made("a", hidden=("b1", "c"))) == 3
    assert reached(POINTS, made("a", hidden=("c",))) == 1


def test_where_nothing_is_there_nothing_hidden_counts() -> None:
    assert reached(POINTS, made(hidden=("a", "b1", "b2", "c"))) == 0


class TestDoneWithout:
    """A checkpoint that the instance may do without."""

    POINTS: ClassVar[list[Checkpoint]] = [
        point("one", [folder("a")]),
        replace(point("two", [folder("b"), folder("c")], [sees("two.real")]), absent=[sees("two.none")]),
    ]

    def judged(self, host: Overlay) -> tuple[int, list[str]]:
        points = without_absent(self.POINTS, host)
        return reached(points, host), [probe.id for point in points for probe in point.probes]

    def test_where_nothing_of_it_is_there_others_probes_stand_for_it(self) -> None:
        assert self.judged(made("a")) == (2, ["two.none"])
        assert self.judged(made()) == (0, ["two.none"])

    def test_what_was_begun_or_may_not_be_seen_is_judged_as_any_other(self) -> None:
        assert self.judged(made("a", "b")) == (2, ["two.real"])
        assert self.judged(made("a", hidden=("b",))) == (2, ["two.real"])

    def test_none_stands_for_one_that_it_may_not_do_without(self) -> None:
        assert without_absent(POINTS, made("a")) == POINTS


def test_it_changes_nothing_of_what_is_read() -> None:
    host = made()
    before = host.clock
    reached(POINTS, host)
    assert host.clock == before
    assert host.read(EntryAt("/srv/a")) is None


def test_a_step_is_judged_by_its_first_change_alone() -> None:
    def two(host: Host) -> Iterator[Change]:
        yield DirectoryMade("/srv/x")
        raise AssertionError("asked for more")

    assert reached([point("one", [Yields(two)])], made()) == 0


class TestCounting:
    POINTS = (
        point("nginx", [folder("a")], [sees("nginx.logo"), sees("nginx.waiting", gone="service")]),
        point("service", [folder("b")], [sees("service.page")]),
    )

    @pytest.mark.parametrize(
        ("upto", "ids"),
        [
            (0, ["nginx.logo", "nginx.waiting", "service.page"]),
            (1, ["nginx.logo", "nginx.waiting", "service.page"]),
            (2, ["nginx.logo", "service.page"]),
        ],
    )
    def test_a_probe_is_left_out_from_its_checkpoint_on(self, upto: int, ids: list[str]) -> None:
        assert [probe.id for _point, probes in with_counted_probes(self.POINTS, upto) for probe in probes] == ids
