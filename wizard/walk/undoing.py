"""Undoing: what the journal holds, reversed, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wizard.base.language import _
from wizard.base.rendering import hash_of
from wizard.base.values import Value
from wizard.carry_out import Machine
from wizard.changes.adopted import Adopted
from wizard.changes.change import Change, from_data
from wizard.changes.kinds import KINDS
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.record.journal import Entry, Journal
from wizard.walk import events
from wizard.walk.application import Ask
from wizard.walk.events import Tell
from wizard.walk.sides import sides


class _Undo(Value):
    """An undo, in the place of the step that a change is made for."""

    key: str = "undo"

    @property
    def title(self) -> str:
        return _("undo")


UNDO = _Undo()


class Record(Value):
    """What was done for an instance, and the hands that reach what was set aside for it."""

    name: str
    journal: Journal
    machine: Machine


@dataclass
class Undoing:
    """One undo of an instance. `with_data` also removes what people made: database, home, checkout.

    `others` are the guide's other instances on this host. As long as one of them is in use, what serves the whole
    host stays; whichever is undone last takes back what all of them have left. `neighbours` are instances that somebody
    installed by hand, which use it too. `kinds` are the changes that its journal may name.
    """

    host: Live
    journal: Journal
    machine: Machine
    tell: Tell
    ask: Ask
    with_data: bool = False
    others: Sequence[Record] = ()
    neighbours: Sequence[str] = ()
    kinds: Mapping[str, type[Change]] = field(default_factory=lambda: KINDS)
    changes: int = 0

    def undo(self) -> None:
        """Reverses every change that was begun and not yet undone, then settles what runs with it. What was taken
        over stays; where nothing was applied to it, that is said."""
        settling: dict[tuple[str, str], Change] = {}
        settled: list[tuple[Journal, int]] = []
        users = [*(one.name for one in self.others if one.journal.in_use), *self.neighbours]
        adopted = any(entry.kind == Adopted.kind for entry in self.journal.entries())
        entries = self._entries([] if users or adopted else self.others)
        if adopted and not entries:
            text = _("Somebody else installed this instance, and Jalon has changed nothing of it: it stays as it is.")
            self.tell(events.Output(text))
        for record, entry in entries:
            left = []
            for data in entry.undo:
                change = from_data(data, self.kinds)
                if change.settles:
                    settling.setdefault((change.kind, change.subject), change)
                    settled.append((record.journal, entry.number))
                elif self._stays(entry, change, users) or self._kept(record, entry, change):
                    left.append(data)
                else:
                    self._carry_out(record.machine, entry.checkpoint, change)
            done = (record.journal, entry.number) not in settled
            if done and (not entry.undo or len(left) < len(entry.undo)):
                record.journal.undone(entry.number, left)
        for change in sorted(settling.values(), key=lambda one: one.settles):
            self._carry_out(self.machine, "", change)
        for journal, number in settled:
            journal.undone(number)

    def _entries(self, others: Sequence[Record]) -> list[tuple[Record, Entry]]:
        """What is to be reversed, newest first: all of this instance, and what serves the host of the others."""
        own = Record("", self.journal, self.machine)
        found = [(own, entry) for entry in self.journal.entries()]
        left = [(other, entry) for other in others for entry in other.journal.entries() if entry.shared]
        if left:
            found = sorted((*found, *left), key=lambda one: one[1].when)
        # What was taken over is as it was before Jalon came, and goes on being in use.
        return [(record, one) for record, one in reversed(found) if not (one.undone or one.kind == Adopted.kind)]

    def _stays(self, entry: Entry, change: Change, users: Sequence[str]) -> bool:
        """Whether it is data that was not asked for, or serves another instance too; the latter is said."""
        if change.data and not self.with_data:
            return True
        if not entry.shared or not users:
            return False
        text = _("left for {names}: {title}")
        self.tell(events.Output(text.format(names=", ".join(users), title=entry.title)))
        return True

    def _kept(self, record: Record, entry: Entry, change: Change) -> bool:
        """Whether a person edited the file since and does not give it up; that is said."""
        if not self._edited(record, entry) or self.ask(self._question(entry)):
            return False
        self.tell(events.ChangeMade(entry.checkpoint, UNDO, change, "declined"))
        return True

    def _edited(self, record: Record, entry: Entry) -> bool:
        """Whether a person changed a generated file since it was written."""
        if not entry.hash:
            return False
        data = self.host.read(Content(entry.subject))
        ours = {one.hash for one in record.journal.entries() if one.subject == entry.subject and not one.undone}
        return isinstance(data, bytes) and hash_of(data) not in ours

    def _question(self, entry: Entry) -> events.Question:
        text = _("{path} was edited since it was written. Remove it all the same?").format(path=entry.subject)
        return events.Question(text, entry.subject, sides(entry.subject, None, self.host, self.journal))

    def _carry_out(self, machine: Machine, checkpoint: str, change: Change) -> None:
        self.tell(events.ChangeMade(checkpoint, UNDO, change, "begun"))
        change.carry_out(machine)
        self.host.forget(["*"])
        self.changes += 1
        self.tell(events.ChangeMade(checkpoint, UNDO, change, "done"))
