"""What must hold before a repair carries out a step: what the probes that it brings about need themselves."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.findings.finding import CRASHED, FAILED, SKIPPED
from wizard.findings.probe import Probe
from wizard.guide import Checkpoint
from wizard.steps.step import Step
from wizard.walk.events import Observed
from wizard.walk.verification import Verified

RED = (FAILED, CRASHED)


def needs_of(step: Step, point: Checkpoint) -> list[str]:
    """Return the ids of probes of earlier checkpoints without which a step of `point` means nothing: those that the
    checkpoint names, and those that the probes repaired by this step need."""
    own = {probe.id: probe for probe in point.probes}
    wanted = [need for probe in own.values() if step.key in _steps_of(probe) for need in probe.needs]
    found: list[str] = list(point.needs)
    seen: set[str] = set()
    while wanted:
        need = wanted.pop(0)
        if need in seen:
            continue
        seen.add(need)
        if need in own:
            # What this checkpoint brings itself is brought by its steps, in their order.
            wanted += own[need].needs
        else:
            found.append(need)
    return found


def first_red(ids: Sequence[str], verified: Sequence[Verified]) -> Observed | None:
    """Return what is red of these, or what is red of that for which one of them was skipped; None if nothing is."""
    known = {one.probe.id: one for checkpoint in verified if checkpoint.reached for one in checkpoint.observed}
    wanted, seen = list(ids), set(ids)
    while wanted:
        one = known.get(wanted.pop(0))
        if one is None:
            continue
        if one.finding.outcome in RED:
            return one
        if one.finding.outcome == SKIPPED:
            wanted += [need for need in one.probe.needs if need not in seen]
            seen.update(one.probe.needs)
    return None


def _steps_of(probe: Probe) -> set[str]:
    """The keys of steps that a probe names in its remedies."""
    return {value for name, value in vars(probe).items() if name.endswith("step") and isinstance(value, str) and value}
