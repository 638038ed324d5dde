"""Compares verifications, and prints `verify --watch`: redrawn on a terminal, line by line elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wizard.base.language import _
from wizard.base.values import Value
from wizard.base.visible import json_text
from wizard.findings.finding import CRASHED, FAILED, UNKNOWN
from wizard.findings.words import outcome_word
from wizard.outputs.events import observed_data
from wizard.outputs.findings import show_finding, summary
from wizard.outputs.text import clear_screen, put, write
from wizard.walk.events import Observed
from wizard.walk.verification import Verified, outcome

RED = (FAILED, CRASHED)


class OutcomeChange(Value):
    """A finding whose outcome changed; `before` is the old outcome, "" where there was none."""

    observed: Observed
    before: str

    @property
    def text(self) -> str:
        """The change on one line."""
        finding = self.observed.finding
        told = " ".join((finding.evidence or finding.because).split())
        now = outcome_word(finding.outcome)
        transition = _("{before} -> {now}").format(before=outcome_word(self.before), now=now) if self.before else now
        return _("{title}: {turned}: {evidence}").format(
            title=self.observed.probe.title, turned=transition, evidence=told
        )

    def data(self) -> dict[str, Any]:
        """The change as an object for JSON output and hooks."""
        return {"before": self.before, "finding": observed_data(self.observed)}


def outcome_changes(before: Mapping[str, str] | None, verified: Sequence[Verified]) -> list[OutcomeChange]:
    """The changes since the outcomes `before`, by id; all red findings where that is None."""
    every = [observed for one in verified for observed in one.observed]
    if before is None:
        return [OutcomeChange(observed, "") for observed in every if observed.finding.outcome in RED]
    return [
        OutcomeChange(observed, before.get(observed.probe.id, ""))
        for observed in every
        if before.get(observed.probe.id) != observed.finding.outcome
    ]


def outcomes(verified: Sequence[Verified]) -> dict[str, str]:
    """The outcome of each finding, by the id of its probe or trial."""
    return {observed.probe.id: observed.finding.outcome for one in verified for observed in one.observed}


@dataclass
class Watching:
    """Prints one verification after another; `heading` is the title of the display."""

    guide: str
    instance: str
    form: str
    heading: str
    _history: list[tuple[float, OutcomeChange]] = field(default_factory=list)

    def json_line(self, verified: Sequence[Verified], changed: Sequence[OutcomeChange]) -> str:
        """The JSON object for output and hooks, on one line."""
        data = {
            **{"guide": self.guide, "instance": self.instance, "when": round(time.time(), 3)},
            **{"outcome": outcome(verified), "changes": [change.data() for change in changed]},
        }
        return json_text(data)

    def show(
        self, verified: Sequence[Verified], changed: Sequence[OutcomeChange], seconds: float, *, first: bool
    ) -> None:
        """Prints a verification that took `seconds`; the first one in full."""
        now = time.time()
        self._history += [(now, change) for change in changed]
        if self.form == "json":
            if changed or first:
                put(self.json_line(verified, changed) + "\n")
                sys.stdout.flush()
        elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            self._redraw(verified, seconds)
        else:
            if first:
                write(self.heading, "title")
                summary(verified, seconds)
            for change in changed:
                write(_line(now, change), change.observed.finding.outcome, wrap=False)

    def _redraw(self, verified: Sequence[Verified], seconds: float) -> None:
        size = shutil.get_terminal_size((80, 24))
        # Without heading, summary, its empty line and the cursor's line.
        room = size.lines - 5
        clear_screen()
        write(self.heading, "title")
        problems = [
            observed for one in verified for observed in one.observed if observed.finding.outcome in (*RED, UNKNOWN)
        ]
        shown = 0
        for observed in problems:
            taken = _height(observed, size.columns)
            # Leave some lines for recent changes.
            if shown and taken > room - min(4, len(self._history)):
                break
            show_finding(observed)
            room, shown = room - taken, shown + 1
        if left := len(problems) - shown:
            write(_("and {count} more").format(count=left), "quiet", 2)
            room -= 1
        summary(verified, seconds)
        for when, change in reversed(self._history[-max(0, room) :] if room > 0 else []):
            write(_line(when, change)[: size.columns], change.observed.finding.outcome, wrap=False)
        sys.stdout.flush()


def _line(when: float, change: OutcomeChange) -> str:
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(when))} {change.text}"


def _height(observed: Observed, columns: int) -> int:
    """An upper estimate of the lines that a finding takes."""
    finding = observed.finding
    texts = [observed.probe.title + finding.evidence + finding.because]
    texts += [finding.cause.text] if finding.cause else []
    texts += [finding.remedy.text, *finding.remedy.commands] if finding.remedy else []
    return sum(1 + (len(text) + 24) // max(20, columns - 15) for text in texts)
