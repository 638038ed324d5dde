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
        for entry in reversed(self.journal.entries()):
            if entry.undone:
                continue
            left = False
            for data in entry.undo:
                change = from_data(data, KINDS)
                if change.settles:
                    settling.setdefault(f"{change.kind} {change.subject}", change)
                elif (change.data and not self.with_data) or (
                    self._edited(entry) and not self.ask(self._question(entry))
                ):
                    left = True
                else:
                    self._carry_out(entry.checkpoint, change)
            if not left:
                self.journal.undone(entry.number)
        # systemd reads its files again before anything is restarted with them.
        for change in sorted(settling.values(), key=lambda one: one.kind):
            self._carry_out("", change)

    def _edited(self, entry: Entry) -> bool:
        """Whether a person changed a generated file since it was written."""
        if not entry.hash:
            return False
        data = self.host.read(Content(entry.subject))
        later = [one for one in self.journal.entries() if one.subject == entry.subject and one.hash and not one.undone]
        return isinstance(data, bytes) and hash_of(data) != later[-1].hash

    def _question(self, entry: Entry) -> str:
        return _("{path} was edited since it was written. Remove it all the same?").format(path=entry.subject)

    def _carry_out(self, checkpoint: str, change: Change) -> None:
        self.tell(events.change(checkpoint, _("undo"), change, "begun"))
        change.carry_out(self.machine)
        self.host.forget(["*"])
        self.changes += 1
        self.tell(events.change(checkpoint, _("undo"), change, "done"))
