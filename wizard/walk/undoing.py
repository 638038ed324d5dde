"""Undoing: what the journal holds, reversed, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.carry_out import Machine
from wizard.changes.change import Change, from_data
from wizard.changes.kinds import KINDS
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.journal import Entry, Journal
from wizard.language import _
from wizard.rendering import hash_of
from wizard.walk import events
from wizard.walk.application import Ask
from wizard.walk.events import Tell
from wizard.walk.sides import sides


@dataclass
class Undoing:
    """One undo of an instance. `with_data` also removes what people made: database, home, checkout."""

    host: Live
    journal: Journal
    machine: Machine
    tell: Tell
    ask: Ask
    with_data: bool = False
    changes: int = 0

    def undo(self) -> None:
        """Reverses every change that was begun and not yet undone, then settles what runs with it."""
        settling: dict[str, Change] = {}
        settled: list[int] = []
        for entry in reversed(self.journal.entries()):
            if entry.undone:
                continue
            left = []
            for data in entry.undo:
                change = from_data(data, KINDS)
                if change.settles:
                    settling.setdefault(f"{change.kind} {change.subject}", change)
                    settled.append(entry.number)
                elif (change.data and not self.with_data) or self._kept(entry, change):
                    left.append(data)
                else:
                    self._carry_out(entry.checkpoint, change)
            if entry.number not in settled and (not entry.undo or len(left) < len(entry.undo)):
                self.journal.undone(entry.number, left)
        # systemd reads its files again before anything is restarted with them.
        for change in sorted(settling.values(), key=lambda one: one.kind):
            self._carry_out("", change)
        for number in settled:
            self.journal.undone(number)

    def _kept(self, entry: Entry, change: Change) -> bool:
        """Whether a person edited the file since and does not give it up; that is said."""
        if not self._edited(entry) or self.ask(self._question(entry)):
            return False
        self.tell(events.change(entry.checkpoint, _("undo"), change, "declined"))
        return True

    def _edited(self, entry: Entry) -> bool:
        """Whether a person changed a generated file since it was written."""
        if not entry.hash:
            return False
        data = self.host.read(Content(entry.subject))
        ours = {one.hash for one in self.journal.entries() if one.subject == entry.subject and not one.undone}
        return isinstance(data, bytes) and hash_of(data) not in ours

    def _question(self, entry: Entry) -> events.Question:
        text = _("{path} was edited since it was written. Remove it all the same?").format(path=entry.subject)
        return events.Question(text, entry.subject, sides(entry.subject, None, self.host, self.journal))

    def _carry_out(self, checkpoint: str, change: Change) -> None:
        self.tell(events.change(checkpoint, _("undo"), change, "begun"))
        change.carry_out(self.machine)
        self.host.forget(["*"])
        self.changes += 1
        self.tell(events.change(checkpoint, _("undo"), change, "done"))
