"""What changed between two verifications, and how a watch shows it: redrawn on a terminal, line by line elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wizard.base.language import _
from wizard.base.values import Value
from wizard.findings.finding import CRASHED, FAILED, UNKNOWN
from wizard.findings.words import outcome_word
from wizard.outputs.events import observed_data
from wizard.outputs.findings import show_finding, summary
from wizard.outputs.pen import write
from wizard.walk.events import Observed
from wizard.walk.verification import Verified, outcome

RED = (FAILED, CRASHED)


class Turn(Value):
    """A finding whose outcome is another than before; `before` is empty where there was none."""

    observed: Observed
    before: str

    @property
    def text(self) -> str:
        """In words, on one line."""
        finding = self.observed.finding
        told = " ".join((finding.evidence or finding.because).split())
        now = outcome_word(finding.outcome)
        turned = _("{before} -> {now}").format(before=outcome_word(self.before), now=now) if self.before else now
        return _("{title}: {turned}: {evidence}").format(title=self.observed.probe.title, turned=turned, evidence=told)

    def data(self) -> dict[str, Any]:
        """As it is printed and told to a hook."""
        return {"before": self.before, "finding": observed_data(self.observed)}


def turns(before: Mapping[str, str] | None, verified: Sequence[Verified]) -> list[Turn]:
    """What changed since those outcomes; with none before, all that is red."""
    every = [observed for one in verified for observed in one.observed]
    if before is None:
        return [Turn(observed, "") for observed in every if observed.finding.outcome in RED]
    return [
        Turn(observed, before.get(observed.probe.id, ""))
        for observed in every
        if before.get(observed.probe.id) != observed.finding.outcome
    ]


def outcomes(verified: Sequence[Verified]) -> dict[str, str]:
    """The outcome of each finding by its id."""
    return {observed.probe.id: observed.finding.outcome for one in verified for observed in one.observed}


@dataclass
class Watching:
    """Shows one pass after another. `heading` names what is watched."""

    guide: str
    instance: str
    form: str
    heading: str
    _past: list[tuple[float, Turn]] = field(default_factory=list)

    def told(self, verified: Sequence[Verified], changed: Sequence[Turn]) -> str:
        """The object that is printed and told to a hook, on one line."""
        data = {
            **{"guide": self.guide, "instance": self.instance, "when": round(time.time(), 3)},
            **{"outcome": outcome(verified), "changes": [turn.data() for turn in changed]},
        }
        return json.dumps(data, ensure_ascii=False)

    def show(self, verified: Sequence[Verified], changed: Sequence[Turn], seconds: float, *, first: bool) -> None:
        """A pass was made."""
        now = time.time()
        self._past += [(now, turn) for turn in changed]
        if self.form == "json":
            if changed or first:
                print(self.told(verified, changed), flush=True)
        elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            self._redraw(verified, seconds)
        else:
            if first:
                write(self.heading, "title")
                summary(verified, seconds)
            for turn in changed:
                write(_line(now, turn), turn.observed.finding.outcome, wrap=False)

    def _redraw(self, verified: Sequence[Verified], seconds: float) -> None:
        size = shutil.get_terminal_size((80, 24))
        # The cursor's own line, the heading, the summary and its empty line.
        room = size.lines - 5
        print("\x1b[H\x1b[2J", end="")
        write(self.heading, "title")
        bad = [observed for one in verified for observed in one.observed if observed.finding.outcome in (*RED, UNKNOWN)]
        shown = 0
        for observed in bad:
            taken = _height(observed, size.columns)
            # What changed needs some lines of its own.
            if shown and taken > room - min(4, len(self._past)):
                break
            show_finding(observed)
            room, shown = room - taken, shown + 1
        if left := len(bad) - shown:
            write(_("and {count} more").format(count=left), "quiet", 2)
            room -= 1
        summary(verified, seconds)
        for when, turn in reversed(self._past[-max(0, room) :] if room > 0 else []):
            write(_line(when, turn)[: size.columns], turn.observed.finding.outcome, wrap=False)
        sys.stdout.flush()


def _line(when: float, turn: Turn) -> str:
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(when))} {turn.text}"


def _height(observed: Observed, columns: int) -> int:
    """How many lines a finding takes, or a few more."""
    finding = observed.finding
    texts = [observed.probe.title + finding.evidence + finding.because]
    texts += [finding.cause.text] if finding.cause else []
    texts += [finding.remedy.text, *finding.remedy.commands] if finding.remedy else []
    return sum(1 + (len(text) + 24) // max(20, columns - 15) for text in texts)
