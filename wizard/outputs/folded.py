"""A verification on a terminal: what is wrong first, then how much else there is, a line for each outcome."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.base.language import _
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNING
from wizard.findings.words import outcome_word
from wizard.outputs.findings import show_finding
from wizard.outputs.text import write
from wizard.walk.verification import Verified

TOLD = (FAILED, CRASHED, UNKNOWN, WARNING)
"""What is said in full, the worst first."""
FOLDED = (PASSED, SKIPPED)
"""What is counted."""


def show(verified: Sequence[Verified]) -> None:
    """Prints it. `--all` prints every finding instead, checkpoint by checkpoint."""
    for wanted in TOLD:
        for one in verified:
            found = [observed for observed in one.observed if observed.finding.outcome == wanted]
            if found:
                write(one.checkpoint.title, "title")
            for observed in found:
                show_finding(observed)
    lines = {wanted: line for wanted in FOLDED if (line := _folded(verified, wanted))}
    if lines and any(observed.finding.outcome in TOLD for one in verified for observed in one.observed):
        write("")
    for outcome, line in lines.items():
        write(line, outcome, 2)
    if lines:
        write(_("`--all` shows each of them."), "quiet", 2)


def _folded(verified: Sequence[Verified], wanted: str) -> str:
    """How many findings of that outcome each checkpoint has; "" where none has any."""
    counts = []
    for one in verified:
        count = sum(observed.finding.outcome == wanted for observed in one.observed)
        if not one.reached:
            about = _("{title} (not reached)") if wanted == SKIPPED else ""
        else:
            about = _("{title} ({count})") if count else ""
        if about:
            counts.append(about.format(title=one.checkpoint.title, count=count))
    label = f"[{outcome_word(wanted)}]"
    return f"{label:<12} {', '.join(counts)}" if counts else ""
