"""What a walk tells while it goes on, as values; `wizard.outputs.events` says what of them is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from wizard.base.values import Value
from wizard.findings.finding import Finding
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint

if TYPE_CHECKING:
    from wizard.changes.change import Change
    from wizard.walk.sides import Sides


INTERRUPTED = "interrupted"


class Named(Protocol):
    """What a change is made for: a step, or an undo."""

    @property
    def key(self) -> str:
        """What identifies it in every language."""

    @property
    def title(self) -> str:
        """In a few words."""


class CheckpointBegun(Value):
    """A checkpoint begins, the `number`th of `count`."""

    checkpoint: Checkpoint
    number: int
    count: int


class ChangeMade(Value):
    """A change is `begun`, is `done`, or was `declined` by a person; in an undo, `checkpoint` may be empty."""

    checkpoint: str
    step: Named
    change: Change
    state: str


class StepTaken(Value):
    """A step was drained; so many changes were made."""

    checkpoint: str
    step: Named
    changes: int


class Output(Value):
    """A line that a program printed, or a word about what goes on."""

    text: str


class Observed(Value):
    """A finding with the probe or trial it is of, how long it took, and when it was made (seconds since the epoch)."""

    probe: Probe | Trial
    finding: Finding
    seconds: float = 0.0
    when: float = 0.0

    @property
    def trial(self) -> bool:
        """Whether it proves by acting."""
        return isinstance(self.probe, Trial)


class Repaired(Value):
    """What was wrong is so no more."""

    observed: Observed


class Failure(Value):
    """Why a run stops, what to do, and the last lines that a program printed."""

    text: str
    remedy: str
    output: tuple[str, ...] = ()


class Ended(Value):
    """A run ends: `done`, `failed`, `blocked`, `declined` or `interrupted`, after so many changes and seconds."""

    outcome: str
    changes: int
    seconds: float


class Left(Value):
    """What a repair left as it is, and why."""

    observed: Observed
    because: str


class RepairEnded(Value):
    """A repair ends: the outcome of what was seen last, or `interrupted`; what is repaired, and what is left."""

    outcome: str
    changes: int
    seconds: float
    repaired: tuple[Observed, ...]
    left: tuple[Left, ...]


Event = CheckpointBegun | ChangeMade | StepTaken | Output | Observed | Repaired | Failure | Ended | RepairEnded
Tell = Callable[[Event], None]


class Question(Value):
    """What is asked about a file that a person edited."""

    text: str
    path: str
    sides: Sides


class Offer(Value):
    """A remedy that is not carried out without asking: what it does, what it is for, and its commands."""

    text: str
    probe: str
    title: str
    commands: tuple[str, ...]
