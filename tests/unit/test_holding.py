"""What was started is watched for longer than it lived when it failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from wizard.base.last_words import Folded, last_words
from wizard.changes.units import ManagerReloaded, UnitStarted
from wizard.host.live import Live
from wizard.host.reading import Reading
from wizard.host.unitlogs import UnitLog
from wizard.host.units import Unit, UnitState
from wizard.walk.holding import Holding, only_starting, only_starts

UNIT = "app.service"
SAID = ("Traceback (most recent call last):", '  File "a.py", line 1, in <module>', "    boom", "KeyError: 'license'")


class Aging:
    """A host whose unit starts at 100 and dies after so many seconds, of which a pause lets one pass."""

    def __init__(self, dies_after: float) -> None:
        self.clock, self.dies_after = 100.0, dies_after
        self.facts: Any = None

    def expect(self, readings: Iterable[Reading[Any]]) -> None:
        """A hint."""

    def forget(self, families: Iterable[str]) -> None:
        """Nothing is kept."""

    def pause(self, seconds: float) -> None:
        """Time passes."""
        self.clock += seconds

    def read(self, reading: Reading[Any]) -> Any:
        """The unit as it is now, and what it said."""
        if isinstance(reading, UnitLog):
            return SAID
        assert isinstance(reading, Unit)
        if self.clock < 100 + self.dies_after:
            return UnitState("loaded", "active", "running", started=100.0)
        return UnitState(
            "loaded",
            "activating",
            "auto-restart",
            started=100.0,
            restarts=1,
            lasted=self.dies_after,
            result="exit-code",
        )


BEFORE = {UNIT: UnitState("loaded", "failed", "failed", started=50.0, result="exit-code", lasted=6.0)}


def held(dies_after: float, lived: float) -> tuple[str, float]:
    """What is said of a unit that had lived so long, and for how long it was watched."""
    host = Aging(dies_after)
    holding = Holding(cast(Live, host), (UNIT,))
    holding._lives[UNIT] = lived
    return holding.holds(BEFORE, host.pause), host.clock - 100


def test_what_died_after_six_seconds_is_watched_for_longer() -> None:
    told, seconds = held(dies_after=6.0, lived=6.0)
    assert "ended again after 6 s" in told
    assert "KeyError: 'license'" in told
    assert seconds <= 7
    assert held(dies_after=1000.0, lived=6.0) == ("", 11.0)


def test_what_was_not_seen_to_fail_is_watched_shortly() -> None:
    assert held(dies_after=1000.0, lived=0.0) == ("", 3.0)


def test_what_was_not_started_is_not_watched() -> None:
    host = Aging(1000.0)
    holding = Holding(cast(Live, host), (UNIT,))
    assert (holding.holds({UNIT: UnitState(started=100.0)}, host.pause), host.clock) == ("", 100.0)


def test_changes_that_do_nothing_but_start_are_known() -> None:
    assert only_starts([UnitStarted(UNIT)]) == {UNIT}
    assert only_starts([ManagerReloaded((UNIT,)), UnitStarted(UNIT)]) == set()
    assert only_starting(("systemctl reset-failed app.service", "systemctl start app.service")) == {UNIT}
    assert only_starting(("chmod 0640 /k", "systemctl start app.service")) == set()


def test_of_a_traceback_its_last_line_is_shown() -> None:
    assert last_words("\n".join((*SAID, 'See "systemctl status x" for details.'))) == ["KeyError: 'license'"]
    folded = Folded()
    assert [line for line in ("begins", *SAID, "goes on") if folded.shows(line)] == ["begins", SAID[-1], "goes on"]
    assert last_words("") == []


def test_one_start_seen_twice_is_one_start() -> None:
    """When the machine was started is measured anew at each look, and never twice the same."""
    host = Aging(0.0)
    holding = Holding(cast(Live, host), (UNIT,))
    state = UnitState("loaded", "failed", "failed", result="exit-code", started=99.99999)
    assert holding.gave_way({UNIT: state}) == ""
    assert holding.started({UNIT: state}) == set()
