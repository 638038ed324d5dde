"""The events and questions of a run; `wizard.outputs.events` serialises them, `wizard.outputs.progress` shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from wizard.base.values import Value
from wizard.findings.finding import Finding
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint

if TYPE_CHECKING:
    from wizard.changes.change import Change, Typed
    from wizard.walk.file_versions import FileVersions


INTERRUPTED = "interrupted"


class ChangeSource(Protocol):
    """What a change is made for: a step, or an undo."""

    @property
    def key(self) -> str:
        """A stable identifier, the same in every language."""

    @property
    def title(self) -> str:
        """What a person sees, in the language in use."""


class CheckpointBegun(Value):
    """A checkpoint begins: number `number`, from 1, of `count`."""

    checkpoint: Checkpoint
    number: int
    count: int


class ChangeMade(Value):
    """A change in the state `begun`, `done` or `declined` (by a person), and how it would have been typed. In an undo,
    `checkpoint` may be ""."""

    checkpoint: str
    step: ChangeSource
    change: Change
    state: str
    typed: tuple[Typed, ...] = ()


class StepTaken(Value):
    """A step was applied, with that number of changes."""

    checkpoint: str
    step: ChangeSource
    changes: int


class Output(Value):
    """A line printed by a program, or a message about progress."""

    text: str


class Observed(Value):
    """A finding with its probe or trial, its duration in seconds, and when it was made (seconds since the epoch)."""

    probe: Probe | Trial
    finding: Finding
    seconds: float = 0.0
    when: float = 0.0

    @property
    def trial(self) -> bool:
        """Whether it comes from a trial."""
        return isinstance(self.probe, Trial)


class Repaired(Value):
    """`fix` repaired this finding."""

    observed: Observed


class Failure(Value):
    """Why a run stops, what to do about it, and the last lines that the failing program printed."""

    text: str
    remedy: str
    output: tuple[str, ...] = ()


class Ended(Value):
    """A run ends. `outcome` is `done`, `failed`, `blocked`, `declined` or `interrupted`."""

    outcome: str
    changes: int
    seconds: float


class Left(Value):
    """A finding that `fix` did not repair, and why."""

    observed: Observed
    because: str


class RepairEnded(Value):
    """`fix` ends. `outcome` is that of its last verification, or `interrupted`."""

    outcome: str
    changes: int
    seconds: float
    repaired: tuple[Observed, ...]
    left: tuple[Left, ...]


Event = CheckpointBegun | ChangeMade | StepTaken | Output | Observed | Repaired | Failure | Ended | RepairEnded
Tell = Callable[[Event], None]


class Question(Value):
    """A yes-or-no question about a file that a person edited."""

    text: str
    path: str
    sides: FileVersions


class Offer(Value):
    """What needs agreement: `text` says what it does, `probe` and `title` for which finding ("" for none), `commands`
    by which commands; none where something is made anew that was there before."""

    text: str
    probe: str
    title: str
    commands: tuple[str, ...]
