"""Whether what was started stays up: units are watched for as long as they took to fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wizard.base.language import _
from wizard.base.last_words import last_words
from wizard.base.patterns import pattern
from wizard.changes.change import Change
from wizard.changes.units import UnitRestarted, UnitStarted
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.host.reading import Host
from wizard.host.unitlogs import UnitLog
from wizard.host.units import Unit, UnitState

# Seconds that a unit is watched at least, and at most; and how much longer than it last lived.
LEAST, MOST, LONGER = 3.0, 90.0, 1.5
# Of a unit that was seen to be started again and again, and not how long it lives.
UNKNOWN_LIFE = 15.0
# Seconds that two looks at one start may differ by: systemd tells its moment since boot, and when that was is measured
# anew at each look. systemd itself waits at least 0.1 s before it starts a unit again.
SAME_START = 0.05
RUNS = ("active", "reloading")
STARTS = pattern(r"systemctl (?:enable --now|(?:re)?start|reset-failed) ([\w@.\\:-]+)")

States = Mapping[str, UnitState]


def units_of(points: Sequence[Checkpoint]) -> tuple[str, ...]:
    """Return the names of the units that the probes of these checkpoints look at."""
    readings = (one for point in points for probe in point.probes for one in probe.reads())
    return tuple(dict.fromkeys(one.name for one in readings if isinstance(one, Unit)))


def only_starts(changes: Iterable[Change]) -> set[str]:
    """Return the units that these changes start, where they do nothing else; otherwise none."""
    names = set()
    for change in changes:
        if not isinstance(change, UnitStarted | UnitRestarted):
            return set()
        names.add(change.unit)
    return names


def only_starting(commands: Iterable[str]) -> set[str]:
    """Return the units that these commands start, where they do nothing else; otherwise none."""
    found = [STARTS.fullmatch(one) for one in commands]
    return {one[1] for one in found if one} if all(found) else set()


def ended_again(host: Host, unit: str, lived: float = 0.0) -> str:
    """Return the sentence about a unit that was started and did not stay up, with what it said last."""
    lines = host.read(UnitLog(unit))
    words = " / ".join(last_words("\n".join(lines))) if isinstance(lines, tuple) else ""
    text = _("{unit} was started, and ended again after {seconds:.0f} s") if lived else _("{unit} was started, and"
             " ended again")  # fmt: skip
    told = text.format(unit=unit, seconds=lived)
    return _("{told}. It said last: {words}").format(told=told, words=words) if words else told


def _started_since(old: UnitState, state: UnitState) -> bool:
    return state.started - old.started > SAME_START


@dataclass
class Holding:
    """The units of a guide over one run of `jalon fix`: how long they lived when they failed, and which did not stay
    up when they were started (`fallen`)."""

    host: Live
    units: Sequence[str]
    fallen: set[str] = field(default_factory=set)
    _lives: dict[str, float] = field(default_factory=dict)

    def look(self) -> States:
        """Return the units' states, and note how long those lived that have failed."""
        self.host.expect(map(Unit, self.units))
        states = {name: state for name in self.units if isinstance(state := self.host.read(Unit(name)), UnitState)}
        for name, state in states.items():
            if state.active not in RUNS and state.lasted and state.result != "success":
                self._lives[name] = max(state.lasted, self._lives.get(name, 0.0))
            elif state.restarts > 1:
                self._lives.setdefault(name, UNKNOWN_LIFE)
        return states

    def gave_way(self, before: States) -> str:
        """Return what to say of a unit that was started since `before`, and has ended again; "" where none has."""
        for name, state in self.look().items():
            old = before.get(name)
            if old is None or not _started_since(old, state):
                continue
            ended = state.active == "failed" or state.sub == "auto-restart" or state.restarts > max(1, old.restarts)
            if ended and state.result not in ("", "success"):
                return self._note(name, state)
        return ""

    def started(self, before: States) -> set[str]:
        """Return the units that were started since `before`."""
        return {name for name, one in self.look().items() if name in before and _started_since(before[name], one)}

    def holds(self, before: States, pause: Callable[[float], None] = time.sleep) -> str:
        """Watch what was started since `before` until it has lived for longer than it did when it failed. Returns what
        to say of one that did not; "" where all hold."""
        first, started = self.look(), self.started(before)
        until = {name: first[name].started + self._needed(name) for name in started}
        while True:
            states = self.look()
            for name in started:
                now = states.get(name, UnitState())
                if now.active not in RUNS or now.restarts > first[name].restarts:
                    return self._note(name, now)
            left = max((moment - self.host.clock for moment in until.values()), default=0.0)
            if left <= 0:
                return ""
            pause(min(left, 1.0))
            self.host.forget(["units", "unit-logs"])

    def _needed(self, name: str) -> float:
        return min(MOST, max(LEAST, self._lives.get(name, 0.0) * LONGER + 2))

    def _note(self, name: str, state: UnitState) -> str:
        self.host.forget(["unit-logs"])
        self.fallen.add(name)
        return ended_again(self.host, name, state.lasted or self._lives.get(name, 0.0))
