"""Readings of the last lines of a log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.lines import lines_of
from wizard.host import opening
from wizard.host.reading import Reading

MOST = 64 * 1024
LONGEST = 4096
"""Characters of a line: nginx writes half of that at most, and what is looked for stands at the beginning."""


class LogTail(Reading["tuple[str, ...]"]):
    """The last lines of a log file, at most 64 KiB, each of at most `LONGEST` characters; empty if there is no such
    file."""

    family: ClassVar[str] = "logs"
    nothing: ClassVar[tuple[str, ...]] = ()
    path: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `LogTail`."""
    return {reading: _tail(reading.path) for reading in readings if isinstance(reading, LogTail)}


def _tail(path: str) -> Any:
    try:
        lines = lines_of(opening.tail(path, MOST).decode(errors="replace"))
        return tuple(line[:LONGEST] for line in lines)
    except FileNotFoundError:
        return ()
    except OSError as error:
        return opening.unknown(path, error)
