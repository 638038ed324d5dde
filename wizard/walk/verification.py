"""Verifying: every probe that counts, read-only, families side by side."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wizard.base.language import _
from wizard.base.values import Value, as_dict
from wizard.changes.change import Hands
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNED, Cause, Finding, Remedy
from wizard.findings.probe import Trial
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.record.state import State, write_private
from wizard.walk.events import Observed
from wizard.walk.named import key_of
from wizard.walk.observation import attempt, hint, observe
from wizard.walk.phase import counted, reached, standing

WORST = (FAILED, CRASHED, UNKNOWN, SKIPPED, WARNED, PASSED)


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
                    remember_trial(state, known[trial.id])
            else:
                known[trial.id] = _past(trial, past, point, checkpoints)
            observed.append(known[trial.id])
        yield Verified(point, number < upto, tuple(observed))


def outcome(verified: Sequence[Verified]) -> str:
    """The worst of all; a checkpoint not reached makes it `failed`."""
    if any(not one.reached for one in verified):
        return FAILED
    outcomes = {one.outcome for one in verified if one.counts}
    return next((word for word in WORST if word in outcomes), PASSED)


Past = dict[str, dict[str, Any]]


def _remedy(kept: dict[str, Any], point: Checkpoint, points: Sequence[Checkpoint]) -> Remedy:
    step = key_of(kept.get("step", ""), point, points)
    return Remedy(kept["text"], tuple(kept["commands"]), step, kept.get("safe", False))


def last_trials(state: State | None) -> Past:
    """The last finding of each trial by its id."""
    try:
        found = json.loads(state.trials.read_text()) if state else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remember_trial(state: State, observed: Observed) -> None:
    """Keeps the finding of a trial for verifications that make none."""
    kept = last_trials(state)
    kept[observed.probe.id] = {
        "outcome": observed.finding.outcome,
        "evidence": observed.finding.evidence,
        "seconds": observed.seconds,
        "when": observed.when,
        "cause": as_dict(observed.finding.cause) if observed.finding.cause else None,
        "remedy": as_dict(observed.finding.remedy) if observed.finding.remedy else None,
    }
    state.make()
    write_private(state.trials, json.dumps(kept, ensure_ascii=False, indent=1).encode(), 0o644)


def _past(trial: Trial, past: Past, point: Checkpoint, points: Sequence[Checkpoint]) -> Observed:
    found = past.get(trial.id)
    if not found or found.get("outcome") == SKIPPED:
        return Observed(trial, Finding(SKIPPED, "", _("never tried; `verify --trials` tries it")))
    when = float(found.get("when", 0.0))
    because = _("tried on {date}").format(date=time.strftime("%Y-%m-%d %H:%M", time.localtime(when)))
    cause, remedy = found.get("cause"), found.get("remedy")
    finding = Finding(
        str(found.get("outcome")),
        str(found.get("evidence")),
        because,
        Cause(cause["id"], cause["text"]) if cause else None,
        _remedy(remedy, point, points) if remedy else None,
    )
    return Observed(trial, finding, float(found.get("seconds", 0.0)), when)
