"""A checkpoint as the screens show it: what is to do there, what was done, what was seen, and its state."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Data = Mapping[str, Any]

TODO, DOING, STOPPED = "todo", "doing", "stopped"
OK, LOOK, RED, SKIPPED, UNKNOWN = "ok", "look", "red", "skipped", "unknown"
"""The states of a checkpoint."""

STATES = {"passed": OK, "warning": LOOK, "failed": RED, "crashed": RED, "skipped": SKIPPED, "unknown": UNKNOWN}


@dataclass
class Change:
    """A change of the plan, or one that a run made: `state` is `todo`, `doing`, `done` or `kept`."""

    title: str
    kind: str = ""
    mark: str = "+"
    subject: str = ""
    step: str = ""
    step_key: str = ""
    typed: Sequence[Data] = ()
    lines: Sequence[str] = ()
    difference: str = ""
    unknown: str = ""
    state: str = TODO
    began: float = 0.0
    ended: float = 0.0
    last: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What a plan and the events of a run have in common of it, whatever language each speaks."""
        return self.step_key, self.kind, self.subject

    @property
    def seconds(self) -> float:
        """How long it takes, so far or altogether."""
        return (self.ended or time.monotonic()) - self.began if self.began else 0.0


@dataclass
class Point:
    """A checkpoint: its plan, its findings, what stands in its way, and why a person skipped it. `hindered`: nothing is
    carried out before that is another way, for it is nothing that a run asks a person about."""

    id: str
    title: str
    objective: str
    probes: dict[str, Data] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    done: list[Change] = field(default_factory=list)
    blocked: str = ""
    hindered: bool = False
    remedy: str = ""
    unknown: str = ""
    reached: bool = False
    outcome: str = "skipped"
    trials: Mapping[str, str] = field(default_factory=dict)
    doing: bool = False
    tried: bool = True
    tried_now: bool = False
    stopped: bool = False
    because: str = ""
    failure: Data | None = None

    @property
    def state(self) -> str:
        """Its state, as the route shows it."""
        if self.doing:
            return DOING
        if self.because:
            return SKIPPED
        if self.failure or self.blocked:
            return RED
        if not self.reached:
            return STOPPED if self.stopped else TODO
        found = STATES[self.outcome]
        if found in (OK, LOOK) and self.to_try:
            return TODO
        # What somebody stopped is red where it was cut; that is no fault.
        if self.stopped and found == RED and self.changes:
            return STOPPED
        return LOOK if found == OK and self.changes else found

    @property
    def green(self) -> bool:
        """Whether nothing is left to do here; where a guide leaves all of it out on this machine, nothing is."""
        return self.reached and self.state in (OK, LOOK, SKIPPED) and not self.changes

    @property
    def why_skipped(self) -> str:
        """Why it is skipped, in a person's words or the guide's."""
        told = (str(probe.get("because") or "") for probe in self.probes.values())
        return self.because or next(filter(None, told), "")

    @property
    def to_try(self) -> bool:
        """Whether all that is left to do here are its trials, which what comes after it counts on."""
        return not self.tried and not self.changes

    @property
    def red(self) -> list[Data]:
        """The probes that are red."""
        return [probe for probe in self.probes.values() if STATES.get(str(probe["outcome"])) == RED]

    @property
    def doubtful(self) -> list[Data]:
        """The probes that are warnings."""
        return [probe for probe in self.probes.values() if STATES.get(str(probe["outcome"])) == LOOK]

    @property
    def repairable(self) -> bool:
        """Whether something here is red that a remedy may repair, while nothing is left to do that would."""
        return self.state == RED and not self.blocked and not self.changes and any(map(repairs, self.red))


def repairs(probe: Data) -> bool:
    """Whether that probe is red and has a remedy that can be carried out."""
    remedy = probe.get("remedy") or {}
    return STATES.get(str(probe["outcome"])) == RED and bool(remedy.get("commands") or remedy.get("step"))


def summary(points: Sequence[Point]) -> Iterator[tuple[str, int]]:
    """How many checkpoints are in each state, those that are none left out."""
    for state in (OK, LOOK, RED, UNKNOWN, STOPPED, SKIPPED, TODO, DOING):
        if count := sum(point.state == state for point in points):
            yield state, count
