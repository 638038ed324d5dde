"""The lines of a journal: one JSON object each, of which only those that say all that is needed are obeyed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wizard.base.language import _
from wizard.base.system_words import os_words
from wizard.changes.files import EditKept
from wizard.record.own import TooLarge, read_own
from wizard.record.state import damaged

Kinds = Mapping[str, type[Any] | tuple[type[Any], ...]]

BEGUN: Kinds = {"checkpoint": str, "kind": str, "subject": str, "title": str, "when": (int, float), "undo": list}
MAY_HAVE: Kinds = {"hash": str, "shared": bool, "withdraws": bool, "left": list}
KEPT: Kinds = {"disk": str, "rendered": str}


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield every complete line; a truncated last one is skipped, as its change never started. Raises `BadData` for
    one that cannot be obeyed."""
    try:
        whole, _newline, _tail = read_own(path).rpartition(b"\n")
    except (FileNotFoundError, PermissionError):
        return
    except TooLarge as error:
        raise damaged(path, os_words(error), _("put back a copy from a backup")) from None
    for number, text in enumerate(whole.split(b"\n") if whole else (), 1):
        try:
            line = json.loads(text.decode(errors="surrogateescape"))
        except (ValueError, RecursionError):
            line = None
        if not _is_sound(line):
            raise damaged(
                path,
                _("its line {number} cannot be read").format(number=number),
                _("correct or remove that line by hand; what it says will then not be undone"),
            )
        yield line


def _is_sound(line: Any) -> bool:
    """Whether a line has all that is read of it, and of its kind."""
    if not isinstance(line, dict) or type(line.get("number")) is not int or not isinstance(line.get("event"), str):
        return False
    wanted: Kinds = BEGUN if line["event"] == "begun" else {}
    if line.get("kind") == EditKept.kind:
        wanted = {**wanted, **KEPT}
    if not all(isinstance(line.get(key), kind) for key, kind in wanted.items()):
        return False
    if not all(isinstance(line[key], kind) for key, kind in MAY_HAVE.items() if key in line):
        return False
    return all(_is_change(one) for one in (*line.get("undo", ()), *line.get("left", ())))


def _is_change(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("kind"), str)
