"""The plan: the guide drained over an overlay, so that it is what the application would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.values import Value
from wizard.changes.change import Change, Typed
from wizard.guide import Checkpoint
from wizard.host.overlay import Overlay
from wizard.host.reading import NotKnown, Unknown
from wizard.steps.step import Blocked, Step


class Planned(Value):
    """A change that would be made; `unknown` says what of it shows only then; `before` is the file
    it replaces; `typed` how a person does it."""

    change: Change
    unknown: str = ""
    before: bytes | None = None
    typed: tuple[Typed, ...] = ()


class PlannedStep(Value):
    """A step with the changes that it would make, or why it cannot be said: `blocked`, or `unknown`."""

    checkpoint: Checkpoint
    step: Step
    changes: tuple[Planned, ...] = ()
    blocked: Blocked | None = None
    unknown: Unknown | None = None


def plan(checkpoints: Sequence[Checkpoint], host: Overlay) -> Iterator[PlannedStep]:
    """Every step in order, each drained over what the steps before it would leave."""
    for point in checkpoints:
        for step in point.steps:
            yield _drain(point, step, host)


def _drain(point: Checkpoint, step: Step, host: Overlay) -> PlannedStep:
    found: list[Planned] = []
    try:
        host.notice()
        for change in step.changes(host):
            # Nobody is there to be asked while planning: what is done then is what is planned.
            chosen = change.consent.otherwise if change.consent else change
            found.append(Planned(chosen, host.notice(), _before(chosen, host), tuple(chosen.typed())))
            host.lay(chosen.effect(host))
            host.notice()  # what the effect read is not what the next change was judged by
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
