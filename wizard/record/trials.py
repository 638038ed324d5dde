"""What the trials found last, kept in the state of the instance for verifications that make none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.base.values import Value, as_dict
from wizard.base.visible import json_text
from wizard.findings.finding import OUTCOMES, WARNING, Cause, Finding, Remedy
from wizard.record.own import own_json, write_private
from wizard.record.state import State

# An outcome under the name that earlier versions kept it by.
FORMER = {"warned": WARNING}


class Tried(Value):
    """What a trial found, how many seconds it took, and when it was made (seconds since the epoch)."""

    finding: Finding
    seconds: float
    when: float


def last_trials(state: State | None) -> dict[str, Tried]:
    """The last finding of each trial by its id; what cannot be read of it is left out."""
    try:
        kept = own_json(state.trials) if state else {}
    except (OSError, ValueError):
        return {}
    found = ((str(name), _tried(one)) for name, one in kept.items()) if isinstance(kept, dict) else ()
    return {name: tried for name, tried in found if tried is not None}


def remember_trial(state: State, name: str, tried: Tried) -> None:
    """Keeps what the trial of that id found in place of what it found before."""
    kept = {one: _data(known) for one, known in {**last_trials(state), name: tried}.items()}
    state.make()
    write_private(state.trials, json_text(kept, indent=1).encode(), 0o644)


def _data(tried: Tried) -> dict[str, Any]:
    finding = tried.finding
    return {
        "outcome": finding.outcome,
        "evidence": finding.evidence,
        "seconds": tried.seconds,
        "when": tried.when,
        "cause": as_dict(finding.cause) if finding.cause else None,
        "remedy": as_dict(finding.remedy) if finding.remedy else None,
    }


def _tried(kept: Any) -> Tried | None:
    try:
        cause, remedy = kept.get("cause"), kept.get("remedy")
        outcome = FORMER.get(str(kept["outcome"]), str(kept["outcome"]))
        if outcome not in OUTCOMES:
            return None
        finding = Finding(
            outcome,
            str(kept.get("evidence", "")),
            cause=Cause(cause["id"], cause["text"]) if cause else None,
            remedy=_remedy(remedy) if remedy else None,
        )
        return Tried(finding, float(kept.get("seconds", 0.0)), float(kept.get("when", 0.0)))
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _remedy(kept: Mapping[str, Any]) -> Remedy:
    return Remedy(kept["text"], tuple(kept["commands"]), kept.get("step", ""), kept.get("safe", False))
