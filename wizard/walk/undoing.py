"""`jalon undo`: reverses the changes in the journal, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wizard.base.language import _
from wizard.base.rendering import hash_of
from wizard.base.values import Value
from wizard.carry_out import Machine
from wizard.changes.adopted import Adopted
from wizard.changes.change import Change, from_data, typed_on
from wizard.changes.kinds import KINDS
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.record.journal import Entry, Journal
from wizard.walk import events
from wizard.walk.application import Ask
from wizard.walk.events import Tell
from wizard.walk.file_versions import file_versions


class _Undo(Value):
    """Stands for the step in events about changes that an undo makes."""

    key: str = "undo"

    @property
    def title(self) -> str:
        return _("undo")


UNDO = _Undo()


class Record(Value):
    """Another instance: its name, its journal, and the machine with access to its kept files."""

    name: str
    journal: Journal
    machine: Machine


@dataclass
class Undoing:
    """One undo of an instance. `with_data` also removes user data: database, home, checkout.

    `others` are the guide's other instances on this host, `neighbours` the names of those installed by hand. Shared
    changes stay as long as one of them is in use; the last instance undone reverses the shared changes of all.
    `kinds` maps the kinds of changes that the journals may name to their classes.
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
        """Reverses every change that was begun and not yet undone, then carries out the deferred ones (`settles`), each
        once. What an adopted instance had before stays; where Jalon changed nothing of it, a message says so."""
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
                elif self._is_kept_for_others(entry, change, users) or self._is_kept_as_edited(record, entry, change):
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
        """The entries to reverse, newest first: all of this instance, and the shared ones of the others."""
        own = Record("", self.journal, self.machine)
        found = [(own, entry) for entry in self.journal.entries()]
        left = [(other, entry) for other in others for entry in other.journal.entries() if entry.shared]
        if left:
            found = sorted((*found, *left), key=lambda one: one[1].when)
        # Adoption changed nothing, so there is nothing to reverse.
        return [(record, one) for record, one in reversed(found) if not (one.undone or one.kind == Adopted.kind)]

    def _is_kept_for_others(self, entry: Entry, change: Change, users: Sequence[str]) -> bool:
        """Whether the change stays: it removes data without `with_data`, or others share it, which is reported."""
        if change.data and not self.with_data:
            return True
        if not entry.shared or not users:
            return False
        text = _("left for {names}: {title}")
        self.tell(events.Output(text.format(names=", ".join(users), title=entry.title)))
        return True

    def _is_kept_as_edited(self, record: Record, entry: Entry, change: Change) -> bool:
        """Whether a person edited the file and declines its removal, which is reported."""
        if not self._was_edited(record, entry) or self.ask(self._question(entry)):
            return False
        self.tell(events.ChangeMade(entry.checkpoint, UNDO, change, "declined", typed_on(change, self.host)))
        return True

    def _was_edited(self, record: Record, entry: Entry) -> bool:
        """Whether a person changed a generated file since it was written."""
        if not entry.hash:
            return False
        data = self.host.read(Content(entry.subject))
        ours = {one.hash for one in record.journal.entries() if one.subject == entry.subject and not one.undone}
        return isinstance(data, bytes) and hash_of(data) not in ours

    def _question(self, entry: Entry) -> events.Question:
        text = _("{path} was edited since it was written. Remove it all the same?").format(path=entry.subject)
        return events.Question(text, entry.subject, file_versions(entry.subject, None, self.host, self.journal))

    def _carry_out(self, machine: Machine, checkpoint: str, change: Change) -> None:
        typed = typed_on(change, self.host)
        self.tell(events.ChangeMade(checkpoint, UNDO, change, "begun", typed))
        change.carry_out(machine)
        self.host.forget(["*"])
        self.changes += 1
        self.tell(events.ChangeMade(checkpoint, UNDO, change, "done", typed))
