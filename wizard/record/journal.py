"""The journal: every change made to a host, with the data needed to undo it.

One JSON object per line. `begun` is written, with the undo, before a change is carried out; `done` after it; `undone`
once it was reversed. It never contains secrets.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.base.language import _
from wizard.base.rendering import hash_of
from wizard.base.values import Value
from wizard.base.visible import json_text
from wizard.changes.adopted import Adopted
from wizard.changes.change import Change, Failed, to_data
from wizard.changes.cron import CrontabLinesAdded
from wizard.changes.files import EditKept, FileRestored, FileWritten, LinkMade, body_of
from wizard.host.opening import Refused
from wizard.host.reading import Host, Reading
from wizard.host.records import Agreed, Applied, LinesAdded, MadeAt, TakenOver, Written, WrittenAt
from wizard.record.foreign import read_foreign
from wizard.record.journal_lines import lines_of
from wizard.record.own import append_own, read_own, truncate_partial_line, write_private
from wizard.record.state import State

MADE = (FileWritten.kind, LinkMade.kind)
# `FileCopied` is in journals of before: a file that was copied from a checkout, which nothing does any more.
WROTE = (FileWritten.kind, "FileCopied")


class Entry(Value):
    """A change that was begun: its number, its checkpoint, and its undo as data.

    `reversed` without `undone`: only the removal of data is left of its undo. `shared`: its step serves the whole host,
    so that other instances may depend on it. `when` is in seconds since the epoch.
    """

    number: int
    checkpoint: str
    kind: str
    subject: str
    title: str
    when: float
    done: bool
    undone: bool
    undo: tuple[Mapping[str, Any], ...]
    hash: str = ""
    reversed: bool = False
    shared: bool = False
    withdraws: bool = False


class Journal:
    """The journal of one instance; also answers the readings of the family `journal`.

    Raises `BadData` for a line that cannot be parsed: its change would not be undone.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._lines = list(lines_of(state.journal))
        self._tail_checked = False
        self._agreed: set[str] = set()

    def agree(self, subject: str) -> None:
        """Note, for this run alone, that a person lets this be made anew and empty."""
        self._agreed.add(subject)

    @property
    def in_use(self) -> bool:
        """Whether anything was applied and not undone since; always true for an adopted instance."""
        over = any(line.get("kind") == Adopted.kind for line in self._lines)
        return over or (bool(self._lines) and self._lines[-1]["event"] != "undone")

    def begin(self, checkpoint: str, change: Change, host: Host, shared: bool = False) -> int:
        """Record that a change begins, with its undo computed from the host's present state; returns its number."""
        number = 1 + max((line["number"] for line in self._lines), default=0)
        try:
            undo = [to_data(one) for one in change.undo(host, lambda path: self._keep(path, number))]
        except Refused as error:
            raise Failed(str(error), remedy=_("look at it, and move it away; then run this again")) from error
        line = {
            "event": "begun",
            "number": number,
            "when": time.time(),
            "checkpoint": checkpoint,
            "kind": change.kind,
            "subject": change.subject,
            "title": change.title,
            "undo": undo,
            "hash": getattr(change, "hash", ""),
            "shared": shared,
        }
        if change.withdraws:
            line["withdraws"] = True
        if isinstance(change, EditKept):
            line["rendered"] = change.rendered
            line["disk"] = _disk_hash(change.subject)
        self._remember(change, number)
        self._append(line)
        return number

    def done(self, number: int) -> None:
        """Record that a change was carried out."""
        self._append({"event": "done", "number": number, "when": time.time()})

    def undone(self, number: int, left: Sequence[Mapping[str, Any]] = ()) -> None:
        """Record that a change was reversed; `left` is the part of its undo not run, which would remove data."""
        line = {"event": "undone", "number": number, "when": time.time()}
        self._append({**line, "left": list(left)} if left else line)
        for text in self._state.written.glob(f"{number:04d}-*"):
            text.unlink()

    def entries(self) -> list[Entry]:
        """Return every change that was begun, oldest first."""
        done = {line["number"] for line in self._lines if line["event"] == "done"}
        undone = {line["number"] for line in self._lines if line["event"] == "undone" and not line.get("left")}
        left = {line["number"]: line["left"] for line in self._lines if line["event"] == "undone" and line.get("left")}
        return [
            Entry(
                number=line["number"],
                checkpoint=line["checkpoint"],
                kind=line["kind"],
                subject=line["subject"],
                title=line["title"],
                when=line["when"],
                done=line["number"] in done,
                undone=line["number"] in undone,
                undo=tuple(left.get(line["number"], line["undo"])),
                reversed=line["number"] in undone or line["number"] in left,
                shared=line.get("shared", False),
                withdraws=line.get("withdraws", False),
                hash=line.get("hash", ""),
            )
            for line in self._lines
            if line["event"] == "begun"
        ]

    def answer(self, reading: Reading[Any]) -> Any:
        """Answer a reading of the family `journal`; `reading.nothing` for one that the journal does not know."""
        entries = [entry for entry in self.entries() if not entry.reversed]
        if isinstance(reading, Agreed):
            return reading.subject in self._agreed
        if isinstance(reading, TakenOver):
            return any(entry.kind == Adopted.kind for entry in entries)
        if isinstance(reading, Applied):
            return _applied(entries, reading)
        if isinstance(reading, MadeAt):
            made = (one.subject for one in entries if one.kind in MADE and one.checkpoint == reading.checkpoint)
            return tuple(dict.fromkeys(made))
        if isinstance(reading, LinesAdded):
            undone = [undo for one in entries if one.kind == CrontabLinesAdded.kind for undo in one.undo]
            return tuple((str(undo.get("user")), str(line)) for undo in undone for line in _list(undo.get("lines")))
        if not isinstance(reading, WrittenAt):
            return reading.nothing
        return self._written(reading.path)[0]

    def last_written(self, path: str) -> str | None:
        """Return the redacted text of the generated file last written to `path`; None if unknown."""
        number = self._written(path)[1]
        try:
            return read_own(self._text(number, path)).decode(errors="replace") if number else None
        except (OSError, ValueError):
            return None

    def replaced(self, path: str) -> bytes | None:
        """Return the file that was at `path` before Jalon first wrote it; None if none was, or it is unreadable."""
        entries = (entry for entry in self.entries() if entry.subject == path and entry.hash and not entry.reversed)
        undone = (undo for entry in entries for undo in entry.undo[:1] if undo["kind"] == FileRestored.kind)
        kept = [name for undo in undone if (name := Path(str(undo.get("kept"))).name)]
        try:
            return read_own(self._state.replaced / kept[0]) if kept else None
        except (OSError, ValueError):
            return None

    def _written(self, path: str) -> tuple[Written, int]:
        """Return what is known of a generated file, and the number of the change that last wrote it (0: none)."""
        known, number = Written(), 0
        done = {entry.number: entry.done for entry in self.entries() if not entry.reversed}
        for line in self._lines:
            if line["event"] != "begun" or line["subject"] != path or line["number"] not in done:
                continue
            if line["kind"] in WROTE:
                # A run killed before it wrote has left the earlier contents.
                if done[line["number"]] or _disk_hash(path) != known.last:
                    known, number = Written(last=line.get("hash", "")), line["number"]
            elif line["kind"] == EditKept.kind:
                known = Written(known.last, kept_disk=line["disk"], kept_rendered=line["rendered"])
        return known, number

    def _text(self, number: int, path: str) -> Path:
        return self._state.written / f"{number:04d}-{Path(path).name}"

    def _remember(self, change: Change, number: int) -> None:
        """Keep the redacted text about to be written, so that later edits can be shown against it."""
        if body := body_of(change):
            self._state.make()
            write_private(self._text(number, change.subject), body.redacted().encode(errors="surrogateescape"))

    def _keep(self, path: str, number: int) -> str:
        name = f"{number:04d}-{Path(path).name}"
        self._state.make()
        write_private(self._state.replaced / name, read_foreign(path))
        return name

    def _append(self, line: dict[str, Any]) -> None:
        self._state.make()
        if not self._tail_checked:
            truncate_partial_line(self._state.journal)
            self._tail_checked = True
        append_own(self._state.journal, json_text(line, keep=str).encode() + b"\n")
        self._lines.append(line)


def _applied(entries: Sequence[Entry], reading: Applied) -> bool:
    """Whether the change was applied and not removed since; a removal that was begun but not done does not count."""
    found = False
    for entry in entries:
        if (entry.kind, entry.subject) != (reading.change, reading.subject):
            continue
        if entry.withdraws:
            found = found and not entry.done
        elif entry.done or not reading.done:
            found = True
    return found


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _disk_hash(path: str) -> str:
    try:
        return hash_of(read_foreign(path))
    except OSError:
        return ""
