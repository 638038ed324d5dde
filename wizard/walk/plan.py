"""The plan: every step run over an overlay, which takes each change's effect for real without making it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.values import Value
from wizard.changes.change import Change, Typed, typed_on
from wizard.guide import Checkpoint
from wizard.host.overlay import Overlay
from wizard.host.reading import NotKnown, Unknown
from wizard.steps.step import Blocked, Step


class Planned(Value):
    """A change that would be made.

    `unknown` says what of it is known only at apply time, "" for nothing; `before` is the file that it replaces, if it
    writes one; `typed` the commands with which a person would do it.
    """

    change: Change
    unknown: str = ""
    before: bytes | None = None
    typed: tuple[Typed, ...] = ()


class PlannedStep(Value):
    """A step with its changes, up to where it was `blocked` or a reading was `unknown`, if either happened."""

    checkpoint: Checkpoint
    step: Step
    changes: tuple[Planned, ...] = ()
    blocked: Blocked | None = None
    unknown: Unknown | None = None


def plan(checkpoints: Sequence[Checkpoint], host: Overlay) -> Iterator[PlannedStep]:
    """Plans every step in order, each on the host as the steps before it would leave it."""
    for point in checkpoints:
        for step in point.steps:
            yield _drain(point, step, host)


def _drain(point: Checkpoint, step: Step, host: Overlay) -> PlannedStep:
    found: list[Planned] = []
    try:
        host.notice()
        for change in step.changes(host):
            # A plan asks nobody: it shows what is done without consent.
            chosen = change.consent.otherwise if change.consent else change
            found.append(Planned(chosen, host.notice(), _before(chosen, host), typed_on(chosen, host)))
            host.lay(chosen.effect(host))
            host.notice()  # discards what the effect noted, which is not about the next change
    except Blocked as blocked:
        return PlannedStep(point, step, tuple(found), blocked=blocked)
    except NotKnown as problem:
        return PlannedStep(point, step, tuple(found), unknown=problem.unknown)
    return PlannedStep(point, step, tuple(found))


def _before(change: Change, host: Overlay) -> bytes | None:
    from wizard.changes.files import FileWritten
    from wizard.host.files import Content

    if not isinstance(change, FileWritten):
        return None
    data = host.read(Content(change.path))
    return data if isinstance(data, bytes) else None
