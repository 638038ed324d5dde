"""The report of an instance as data: findings, arrival, skips and changes."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from wizard.answers.questions import Answers
from wizard.base.values import Value, as_dict
from wizard.changes.files import FileRestored
from wizard.findings.finding import OUTCOMES
from wizard.guide import Guide
from wizard.host.facts import Facts
from wizard.outputs import findings
from wizard.outputs.redaction import Redaction
from wizard.record.journal import Entry, Journal
from wizard.record.skips import skips
from wizard.record.state import State
from wizard.walk.verification import Verified

Data = dict[str, Any]


class Report(Value):
    """A verification of an instance, with what else the report shows.

    `options` are the command-line options that select this instance; `kept` says that it has a state; `seconds` is the
    duration, `when` the beginning (seconds since the epoch); `reach` is what is known of whether others get through.
    """

    guide: Guide
    instance: str
    answers: Answers
    facts: Facts
    state: State
    kept: bool
    options: Sequence[str]
    verified: Sequence[Verified]
    seconds: float
    when: float
    reach: str = ""

    def findings(self, redaction: Redaction) -> list[Verified]:
        """The redacted findings."""
        return redaction.verified(self.verified)

    def data(self, redaction: Redaction) -> Data:
        """The redacted report as one object: that of `verify --format json`, with more keys."""
        verified = self.findings(redaction)
        instance = redaction.text(self.instance)
        address = findings.address(self.answers, self.facts)
        seen = findings.data(
            self.guide.id,
            instance,
            redaction.facts(self.facts),
            verified,
            self.seconds,
            redaction.text(address),
            redaction.text(self.reach),
        )
        outcomes = [observed.finding.outcome for one in verified for observed in one.observed]
        rest = {
            "title": self.guide.title(),
            "when": round(self.when, 3),
            "for_help": redaction.for_help,
            "counts": {name: outcomes.count(name) for name in OUTCOMES},
            "arrival": self._arrival(),
            "skips": self._skips(),
            **self._changes(),
            "commands": self._commands(),
        }
        return {**seen, **{key: redaction.data(value) for key, value in rest.items()}}

    def _arrival(self) -> Data | None:
        if self.guide.arrival is None:
            return None
        found = as_dict(self.guide.arrival(self.answers, self.facts))
        name, secret = found["account"], found.pop("account_secret")
        # Not the password itself, but the file that contains it.
        file = str(self.state.secrets) if self.kept and secret else ""
        return {**found, "account": {"name": name, "secret": secret, "file": file} if name else None}

    def _skips(self) -> list[Data]:
        titles = {one.checkpoint.id: one.checkpoint.title for one in self.verified}
        titles |= {observed.probe.id: observed.probe.title for one in self.verified for observed in one.observed}
        return [
            {"id": name, "title": titles.get(name, name), "reason": skip.reason, "when": skip.when}
            for name, skip in sorted(skips(self.state).items(), key=lambda item: item[1].when)
        ]

    def _changes(self) -> Data:
        """Changes and replaced files; None for both where the journal may not be read."""
        if self.state.journal.exists() and not os.access(self.state.journal, os.R_OK):
            return {"changes": None, "replaced": None}
        entries = Journal(self.state).entries()
        return {"changes": [_changed(entry) for entry in entries], "replaced": self._replaced(entries)}

    def _replaced(self, entries: Sequence[Entry]) -> list[Data]:
        return [
            {"path": undo["path"], "kept": str(self.state.replaced / undo["kept"]), "when": entry.when}
            for entry in entries
            for undo in entry.undo
            if undo["kind"] == FileRestored.kind and entry.done and not entry.reversed
        ]

    def _commands(self) -> Data:
        from wizard.base.launcher import command_name
        from wizard.base.rendering import shell_word

        where = " ".join(map(shell_word, (self.guide.id, *self.options)))
        jalon = command_name()
        return {"verify": f"{jalon} verify {where}", "undo": f"{jalon} undo {where}" if self.kept else ""}


def _changed(entry: Entry) -> Data:
    done = "done" if entry.done else "begun"
    return {
        "number": entry.number,
        "when": round(entry.when, 3),
        "checkpoint": entry.checkpoint,
        "kind": entry.kind,
        "subject": entry.subject,
        "title": entry.title,
        "state": "undone" if entry.reversed else done,
    }


def date(when: float) -> str:
    """A date and time of day in the time zone of this machine; `when` in seconds since the epoch."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(when))
