"""Which checkpoints an instance has reached, judged by the steps in place and by its journal. The former works for
instances installed by hand too."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.base.values import replace
from wizard.findings.probe import Probe
from wizard.guide import Checkpoint
from wizard.host.bare import BareHost
from wizard.host.overlay import Overlay
from wizard.host.reading import Host, NotKnown
from wizard.host.records import Applied
from wizard.steps.step import Blocked, Earlier, Step


def reached(checkpoints: Sequence[Checkpoint], host: Host) -> int:
    """The number of checkpoints reached, counted from the first.

    The last one reached is the last in which a step of this instance alone is in place, or is recorded as applied;
    where all its steps are shared, every step that has something to do must be in place. All earlier ones count as
    reached: what broke there since is a failure, not "not reached". Checkpoints right after it count too where this
    user may not read what their steps need (their probes are then unknown), or where no step has anything to do.
    """
    for number in range(len(checkpoints), 0, -1):
        if _evident(checkpoints[number - 1], host):
            break
    else:
        number = 0
    while 0 < number < len(checkpoints) and _passable(checkpoints[number], host):
        number += 1
    return number


def without_absent(checkpoints: Sequence[Checkpoint], host: Host) -> list[Checkpoint]:
    """The checkpoints to verify: an optional one of which nothing is in place has its `absent` probes in place of its
    own, and neither steps nor trials."""
    return [replace(one, steps=(), probes=one.absent, trials=()) if _absent(one, host) else one for one in checkpoints]


def with_counted_probes(checkpoints: Sequence[Checkpoint], upto: int) -> list[tuple[Checkpoint, list[Probe]]]:
    """The checkpoints, each with the probes that still apply once the first `upto` checkpoints are reached."""
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
    """Whether the journal records the step's first missing change as applied, or what it made is known to be lost."""
    try:
        change = next(iter(step.changes(Overlay(host))), None)
    except Earlier as earlier:
        return earlier.once
    except (NotKnown, Blocked):
        return False
    return change is not None and host.read(Applied(change.kind, change.subject, done=True)) is True


def _in_place(step: Step, host: Host) -> bool | None:
    """Whether the step yields no change; None where a reading that it needs cannot be had."""
    try:
        return next(iter(step.changes(Overlay(host))), None) is None
    except NotKnown:
        return None
    except Blocked:
        return False


def _vacuous(step: Step, host: Host) -> bool:
    """Whether the step has nothing to do with these answers, even on an empty host, so that being in place is no
    evidence."""
    return _in_place(step, BareHost(host.facts)) is True
