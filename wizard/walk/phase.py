"""How far an instance has come: by what is in place, which holds for what was installed by hand too, and by what the
journal says was done."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.base.values import replace
from wizard.findings.probe import Probe
from wizard.guide import Checkpoint
from wizard.host.bare import BareHost
from wizard.host.overlay import Overlay
from wizard.host.reading import Host, NotKnown
from wizard.host.records import Applied
from wizard.steps.step import Blocked, Step


def reached(checkpoints: Sequence[Checkpoint], host: Host) -> int:
    """How many checkpoints, from the first on, have been reached.

    The last one is that in which a step of this instance's own is in place, or was when Jalon had carried it out; or,
    where all are shared, every step that asks for something. Those before it are reached whatever became of them since:
    what broke there is red, not "not reached". Checkpoints after it that this user may not look into are counted too;
    their probes say that they are unknown. So are those that ask for nothing here: nobody could ever do anything to
    reach them.
    """
    for number in range(len(checkpoints), 0, -1):
        if _evident(checkpoints[number - 1], host):
            break
    else:
        number = 0
    while 0 < number < len(checkpoints) and _passable(checkpoints[number], host):
        number += 1
    return number


def standing(checkpoints: Sequence[Checkpoint], host: Host) -> list[Checkpoint]:
    """The checkpoints as this instance is judged by them: one that it may do without, and of which it has nothing at
    all, has the probes that say so in place of its own, and nothing to apply."""
    return [replace(one, steps=(), probes=one.absent, trials=()) if _absent(one, host) else one for one in checkpoints]


def counted(checkpoints: Sequence[Checkpoint], upto: int) -> list[tuple[Checkpoint, list[Probe]]]:
    """The checkpoints with the probes that count once `upto` of them are reached."""
    done = {point.id for point in checkpoints[:upto]}
    return [(point, [probe for probe in point.probes if probe.until not in done]) for point in checkpoints]


def _passable(point: Checkpoint, host: Host) -> bool:
    asked = [step for step in point.steps if not _vacuous(step, host)]
    return not asked or any(_in_place(step, host) is None for step in asked)


def _evident(point: Checkpoint, host: Host) -> bool:
    own = [step for step in point.steps if not step.shared]
    if any(_in_place(step, host) and not _vacuous(step, host) for step in own):
        return True
    if any(_was_in_place(step, host) for step in own):
        return True
    asked = [step for step in point.steps if not _vacuous(step, host)]
    return bool(asked) and not own and all(_in_place(step, host) for step in asked)


def _absent(point: Checkpoint, host: Host) -> bool:
    return bool(point.absent) and all(_in_place(step, host) is False for step in point.steps)


def _was_in_place(step: Step, host: Host) -> bool:
    """Whether what the step asks for was done here once."""
    try:
        change = next(iter(step.changes(Overlay(host))), None)
    except (NotKnown, Blocked):
        return False
    return change is not None and host.read(Applied(change.kind, change.subject, done=True)) is True


def _in_place(step: Step, host: Host) -> bool | None:
    """Whether the step yields nothing; None where it cannot be known."""
    try:
        return next(iter(step.changes(Overlay(host))), None) is None
    except NotKnown:
        return None
    except Blocked:
        return False


def _vacuous(step: Step, host: Host) -> bool:
    """Whether the step asks for nothing with these answers, so that it says nothing by being in place."""
    return _in_place(step, BareHost(host.facts)) is True
