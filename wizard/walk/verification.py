"""Verifying: every probe that counts, read-only, families side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.changes.change import Hands
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNING, Finding
from wizard.findings.probe import Trial
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.record.state import State
from wizard.record.trials import Tried, last_trials, remember_trial
from wizard.walk.events import Observed
from wizard.walk.named import key_of
from wizard.walk.observation import attempt, hint, observe
from wizard.walk.phase import counted, reached, standing

WORST = (FAILED, CRASHED, UNKNOWN, SKIPPED, WARNING, PASSED)


class Verified(Value):
    """A checkpoint with its findings; `reached` says whether the instance has come so far."""

    checkpoint: Checkpoint
    reached: bool
    observed: tuple[Observed, ...]

    @property
    def outcome(self) -> str:
        """The worst of its findings; those of trials that were never made do not count, nor those of probes that
        have nothing to look at here. With such probes alone it is `skipped`."""
        if not self.reached:
            return SKIPPED
        made = [one for one in self.observed if not (one.trial and one.finding.outcome == SKIPPED)]
        outcomes = {one.finding.outcome for one in made if one.probe.counts}
        return next((outcome for outcome in WORST if outcome in outcomes), SKIPPED if made else PASSED)

    @property
    def counts(self) -> bool:
        """Whether there is anything here to look at."""
        return any(one.probe.counts for one in self.observed) or not self.observed


def verify(
    checkpoints: Sequence[Checkpoint],
    host: Live,
    state: State | None,
    *,
    only: str = "",
    hands: Hands | None = None,
    tell: Callable[[Observed], None] = lambda observed: None,
) -> Iterator[Verified]:
    """Every checkpoint, or `only` that one, with a finding for each probe that counts.

    With `hands`, trials are made; otherwise their last finding stands for them.
    """
    judged = standing(checkpoints, host)
    upto = reached(judged, host)
    points = counted(judged, upto)
    wanted = [(number, point, probes) for number, (point, probes) in enumerate(points) if only in ("", point.id)]
    hint((probe for number, _point, probes in wanted if number < upto for probe in probes), host)
    host.prefetch()
    known: dict[str, Observed] = {}
    past = last_trials(state)
    for number, point, probes in wanted:
        observed = []
        if number >= upto:
            because = _("the checkpoint {title} has not been reached").format(title=point.title)
            observed = [Observed(probe, Finding(SKIPPED, "", because), 0.0, time.time()) for probe in probes]
        else:
            for probe in probes:
                known[probe.id] = observe(probe, host, known)
                tell(known[probe.id])
                observed.append(known[probe.id])
        for trial in point.trials:
            if hands is not None and number < upto:
                known[trial.id] = attempt(trial, host, hands, known)
                tell(known[trial.id])
                # One that was not made says nothing that the last one made does not say better.
                if state and known[trial.id].finding.outcome != SKIPPED:
                    made = known[trial.id]
                    remember_trial(state, trial.id, Tried(made.finding, made.seconds, made.when))
            else:
                known[trial.id] = _past(trial, past.get(trial.id), point, checkpoints)
            observed.append(known[trial.id])
        yield Verified(point, number < upto, tuple(observed))


def outcome(verified: Sequence[Verified]) -> str:
    """The worst of all; a checkpoint not reached makes it `failed`."""
    if any(not one.reached for one in verified):
        return FAILED
    outcomes = {one.outcome for one in verified if one.counts}
    return next((word for word in WORST if word in outcomes), PASSED)


def _past(trial: Trial, tried: Tried | None, point: Checkpoint, points: Sequence[Checkpoint]) -> Observed:
    """What a trial that is not made now found when it was made last."""
    if tried is None or tried.finding.outcome == SKIPPED:
        return Observed(trial, Finding(SKIPPED, "", _("never tried; `verify --trials` tries it")))
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(tried.when))
    because = _("tried on {date}").format(date=date)
    remedy = tried.finding.remedy
    if remedy:
        # The version before kept the title of a step.
        remedy = replace(remedy, step=key_of(remedy.step, point, points))
    return Observed(trial, replace(tried.finding, because=because, remedy=remedy), tried.seconds, tried.when)
