"""What came of a repair, for a program and for a person."""

from __future__ import annotations

import sys
from typing import Any

from wizard.base.language import _, _n
from wizard.outputs.findings import word
from wizard.outputs.pen import write
from wizard.walk.events import Event, Offer, Question
from wizard.walk.fixing import Fixing
from wizard.walk.verification import outcome

INTERRUPTED = "interrupted"


def refused(asked: Question | Offer) -> bool:
    """The answer of nobody."""
    return False


def ended(fixing: Fixing, seconds: float, interrupted: bool) -> Event:
    """The last event of a repair: what is repaired, and what is left with why."""
    left = fixing.left
    wrong = {one.id for one in left}
    repaired = {one.id: one for one in fixing.repaired if one.id not in wrong}
    return {
        "event": "end",
        "outcome": INTERRUPTED if interrupted or not fixing.verified else outcome(fixing.verified),
        "changes": fixing.changes,
        "seconds": round(seconds, 3),
        "repaired": [_told(one.observed.data()) for one in repaired.values()],
        "left": [{**_told(one.observed.data()), "because": fixing.because.get(one.id, "")} for one in left],
    }


def _told(finding: dict[str, Any]) -> dict[str, Any]:
    return {name: finding[name] for name in ("id", "title", "outcome", "cause", "remedy")}


def show_end(event: Event) -> None:
    """The same for a person, on standard output."""
    for one in event["repaired"]:
        write(_("repaired: {title}").format(title=one["title"]), "passed")
    for one in event["left"]:
        told = _("left: {title}: {why}").format(title=one["title"], why=one["because"] or _("not looked at"))
        write(told, one["outcome"])
        if one["remedy"]:
            for command in one["remedy"]["commands"]:
                write(command, "title", 4, wrap=False)
    count = event["changes"]
    changes = _n("{count} change", "{count} changes", count).format(count=count)
    verdict = _("Interrupted") if event["outcome"] == INTERRUPTED else word(event["outcome"])
    told = _("{verdict}. {changes}, {seconds:.0f} s").format(verdict=verdict, changes=changes, seconds=event["seconds"])
    write(told, "failed" if event["outcome"] == INTERRUPTED else event["outcome"])
    sys.stdout.flush()
