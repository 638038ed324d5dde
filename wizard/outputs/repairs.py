"""Prints the result of `jalon fix` as text."""

from __future__ import annotations

import sys

from wizard.base.language import _, _n
from wizard.findings.words import outcome_word
from wizard.outputs.text import write
from wizard.walk.events import INTERRUPTED, RepairEnded


def show_repair_end(event: RepairEnded) -> None:
    """Prints what was repaired and what is left on standard output."""
    for one in event.repaired:
        write(_("repaired: {title}").format(title=one.probe.title), "passed")
    for left in event.left:
        finding = left.observed.finding
        why = left.because or _("not looked at")
        write(_("left: {title}: {why}").format(title=left.observed.probe.title, why=why), finding.outcome)
        for command in finding.remedy.commands if finding.remedy else ():
            write(command, "title", 4, wrap=False)
    changes = _n("{count} change", "{count} changes", event.changes).format(count=event.changes)
    verdict = _("Interrupted") if event.outcome == INTERRUPTED else outcome_word(event.outcome)
    told = _("{verdict}. {changes}, {seconds:.0f} s").format(verdict=verdict, changes=changes, seconds=event.seconds)
    write(told, "failed" if event.outcome == INTERRUPTED else event.outcome)
    sys.stdout.flush()
