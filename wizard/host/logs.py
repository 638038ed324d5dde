"""Readings of the last lines of a log."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.host.reading import Reading, Unknown

MOST = 64 * 1024


class LogTail(Reading["tuple[str, ...]"]):
    """The last lines of a log file, at most 64 KiB; empty if there is no such file."""

    family: ClassVar[str] = "logs"
    nothing: ClassVar[tuple[str, ...]] = ()
    path: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `LogTail`."""
    return {reading: _tail(reading.path) for reading in readings if isinstance(reading, LogTail)}


def _tail(path: str) -> Any:
    try:
        with open(path, "rb") as log:  # noqa: PTH123
            log.seek(max(0, os.fstat(log.fileno()).st_size - MOST))
            return tuple(log.read().decode(errors="replace").splitlines())
    except FileNotFoundError:
        return ()
    except OSError:
        return Unknown(_("{path}: this user may not read it").format(path=path), needs="root")
