"""`jalon verify`: runs every applicable probe, read-only, and trials where asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence

from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.changes.change import Hands
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNING, Finding
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.record.state import State
from wizard.record.trials import Tried, last_trials, remember_trial
from wizard.walk.events import Observed
from wizard.walk.observation import attempt, expect_reads, observe
from wizard.walk.phase import reached, with_counted_probes, without_absent
from wizard.walk.step_lookup import step_key

WORST = (FAILED, CRASHED, UNKNOWN, SKIPPED, WARNING, PASSED)


class Verified(Value):
    """A checkpoint with its findings; `reached` as in `wizard.walk.phase.reached`."""

    checkpoint: Checkpoint
    reached: bool
    observed: tuple[Observed, ...]

    @property
    def outcome(self) -> str:
        """The worst outcome of its findings. Skipped trials and probes that do not count are left out; with nothing
        else, it is `skipped`."""
        if not self.reached:
            return SKIPPED
        made = [one for one in self.observed if not (one.trial and one.finding.outcome == SKIPPED)]
        outcomes = {one.finding.outcome for one in made if one.probe.counts}
        return worst(outcomes, SKIPPED if made else PASSED)

    @property
    def counts(self) -> bool:
        """Whether it has a finding that counts, or none at all."""
        return any(one.probe.counts for one in self.observed) or not self.observed


class Begun(Value):
    """A verification whose readings are announced: each checkpoint with the probes that apply, of which the first
    `upto` are reached; `whole` are the checkpoints as the guide has them."""

    points: tuple[tuple[int, Checkpoint, tuple[Probe, ...]], ...]
    upto: int
    whole: tuple[Checkpoint, ...]


def begin(checkpoints: Sequence[Checkpoint], host: Live, only: str = "") -> Begun:
    """Finds how far an instance is, and announces to the host what all its probes will read, or those of `only` that
    checkpoint."""
    judged = without_absent(checkpoints, host)
    upto = reached(judged, host)
    points = with_counted_probes(judged, upto)
    wanted = [(number, point, tuple(probes)) for number, (point, probes) in enumerate(points) if only in ("", point.id)]
    expect_reads((probe for number, _point, probes in wanted if number < upto for probe in probes), host)
    return Begun(tuple(wanted), upto, tuple(checkpoints))


def verify(
    checkpoints: Sequence[Checkpoint],
    host: Live,
    state: State | None,
    *,
    only: str = "",
    hands: Hands | None = None,
    tell: Callable[[Observed], None] = lambda observed: None,
) -> Iterator[Verified]:
    """Yields every checkpoint, or `only` that one, with a finding for each applicable probe and trial.

    With `hands`, trials are made, and recorded in `state`; otherwise their recorded findings are used. `tell` is called
    with each finding as soon as it is made.
    """
    begun = begin(checkpoints, host, only)
    host.prefetch()
    yield from finish(begun, host, state, hands=hands, tell=tell)


def finish(
    begun: Begun,
    host: Live,
    state: State | None,
    *,
    hands: Hands | None = None,
    tell: Callable[[Observed], None] = lambda observed: None,
) -> Iterator[Verified]:
    """Yields what `verify` does, of a verification that has begun."""
    known: dict[str, Observed] = {}
    past = last_trials(state)
    for number, point, probes in begun.points:
        observed = []
        if number >= begun.upto:
            because = _("the checkpoint {title} has not been reached").format(title=point.title)
            observed = [Observed(probe, Finding(SKIPPED, "", because), 0.0, time.time()) for probe in probes]
        else:
            for probe in probes:
                known[probe.id] = observe(probe, host, known)
                tell(known[probe.id])
                observed.append(known[probe.id])
        for trial in point.trials:
            if hands is not None and number < begun.upto:
                known[trial.id] = attempt(trial, host, hands, known)
                tell(known[trial.id])
                # A skipped trial must not replace the last finding of one that was made.
                if state and known[trial.id].finding.outcome != SKIPPED:
                    made = known[trial.id]
                    remember_trial(state, trial.id, Tried(made.finding, made.seconds, made.when))
            else:
                known[trial.id] = _past(trial, past.get(trial.id), point, begun.whole)
            observed.append(known[trial.id])
        yield Verified(point, number < begun.upto, tuple(observed))


def worst(outcomes: Collection[str], otherwise: str = PASSED) -> str:
    """The worst of some outcomes; where there are none, that other."""
    return next((word for word in WORST if word in outcomes), otherwise)


def outcome(verified: Sequence[Verified]) -> str:
    """The worst outcome of all; a checkpoint not reached makes it `failed`."""
    if any(not one.reached for one in verified):
        return FAILED
    outcomes = {one.outcome for one in verified if one.counts}
    return worst(outcomes)


def _past(trial: Trial, tried: Tried | None, point: Checkpoint, points: Sequence[Checkpoint]) -> Observed:
    """The recorded finding of a trial, or a skipped one where it was never made."""
    if tried is None or tried.finding.outcome == SKIPPED:
        return Observed(trial, Finding(SKIPPED, "", _("never tried; `verify --trials` tries it")))
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(tried.when))
    because = _("tried on {date}").format(date=date)
    remedy = tried.finding.remedy
    if remedy:
        # States of earlier versions keep a step by its title.
        remedy = replace(remedy, step=step_key(remedy.step, point, points))
    return Observed(trial, replace(tried.finding, because=because, remedy=remedy), tried.seconds, tried.when)
