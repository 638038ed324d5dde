"""Prints the verification of several instances, as text, JSON or JUnit."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from wizard.base.language import Figure, _, _n
from wizard.base.values import as_dict
from wizard.findings.finding import CRASHED, FAILED, PASSED, UNKNOWN, WARNING
from wizard.findings.words import outcome_count, outcome_word
from wizard.host.facts import Facts
from wizard.outputs.findings import data, show_finding, verdict
from wizard.outputs.judged import Judged
from wizard.outputs.text import put, write
from wizard.walk.events import Observed
from wizard.walk.verification import WORST, worst

TOLD = (FAILED, CRASHED, UNKNOWN)
"""What is said in full of an instance; with `--all` all is."""


def show(guide: str, facts: Facts, judged: Sequence[Judged], seconds: float, form: str, *, every: bool) -> None:
    """Prints them in that format; `every`: the text has every finding."""
    if form == "json":
        from wizard.outputs.as_json import print_json

        print_json(_data(guide, facts, judged, seconds), sys.stdout)
    elif form == "junit":
        from wizard.outputs.junit import render_several

        put(render_several(guide, judged, seconds), sys.stdout)
    else:
        for one in judged:
            _show(one, every)
        _summary(judged, seconds)


def _data(guide: str, facts: Facts, judged: Sequence[Judged], seconds: float) -> dict[str, Any]:
    """All of it as one object (`wizard/schemas/verify-all.json`)."""
    return {
        "guide": guide,
        "outcome": _worst(judged),
        "seconds": round(seconds, 3),
        "facts": as_dict(facts),
        "instances": [
            {"guide": guide, "instance": one.instance, "refused": one.refused}
            if one.refused
            else data(guide, one.instance, facts, one.verified, one.seconds, one.asked_at, one.reach)
            for one in judged
        ],
    }


def _worst(judged: Sequence[Judged]) -> str:
    return worst({one.outcome for one in judged})


def _show(one: Judged, every: bool) -> None:
    made = [observed for each in one.verified for observed in each.observed]
    counts = Counter(observed.finding.outcome for observed in made)
    listed = ", ".join(outcome_count(name, count) for name, count in counts.most_common())
    unreached = [each.checkpoint.title for each in one.verified if not each.reached]
    if unreached:
        listed = _("{counts}; not reached: {titles}").format(counts=listed, titles=", ".join(unreached))
    label = f"[{outcome_word(one.outcome) if one.refused else verdict(one.verified)}]"
    write(f"{label:<12} {one.instance}: {one.refused or listed}", one.outcome)
    for observed in sorted(made, key=_badness) if not every else made:
        if every or observed.finding.outcome in TOLD:
            show_finding(observed)


def _badness(observed: Observed) -> int:
    return WORST.index(observed.finding.outcome)


def _summary(judged: Sequence[Judged], seconds: float) -> None:
    counts = Counter(one.outcome for one in judged)
    good = counts[PASSED] + counts[WARNING]
    told = _n("{good} of {count} instance is in order", "{good} of {count} instances are in order", len(judged))
    text = _("{verdict}: {told}, in {seconds:.2f} s")
    overall = _worst(judged)
    said = told.format(good=good, count=len(judged))
    write("")
    write(text.format(verdict=outcome_word(overall), told=said, seconds=Figure(seconds)), overall)
    sys.stdout.flush()
