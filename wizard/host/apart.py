"""Work on bytes that somebody else wrote, in a forked child that has no rights at all: a parser's fault stays there.

The child is `nobody` for good (an ordinary user's own child stays that user's), and the kernel holds it to seconds and
memory. It hands back plain data, answer by answer.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from wizard.base.language import _
from wizard.host.ending import end_child
from wizard.host.handover import Broken, pack, unpack
from wizard.host.owners import Limits, Owner, become, nobody
from wizard.host.reading import Unknown

T = TypeVar("T")

DEADLINE = 5.0
"""Seconds for one answer."""
LIMITS = Limits(seconds=4, memory=256 * 2**20, files=16)
LARGEST = 32 * 2**20
"""Bytes of one answer."""
MOST_BROKEN = 5
"""Children that may break before the rest is left."""


def apart(work: Callable[[T], Any], items: Sequence[T]) -> list[Any]:
    """Return what `work` makes of each item, in their order: plain containers, texts, numbers and values (`Value`).
    `Unknown`, with why, for an item that breaks it, or takes more than it may; never raises for what an item holds.

    `work` must have been imported with all that it needs: the child finds no files.
    """
    found: list[Any] = []
    broken = 0
    while len(found) < len(items):
        if broken < MOST_BROKEN:
            found += _several(work, items[len(found) :])
            broken += 1
        if len(found) < len(items):
            found.append(Unknown(_("it cannot be understood: reading it takes more than it may, or breaks the reader")))
    return found


def _several(work: Callable[[T], Any], items: Sequence[T]) -> list[Any]:
    """Return the answers of one child, up to the first item that it does not bear."""
    # Nothing is left to be imported in the child: other threads of ours may hold what an import waits for.
    import ctypes  # noqa: F401

    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _child(work, items, theirs)
        finally:
            os._exit(1)
    os.close(theirs)
    found: list[Any] = []
    try:
        for _item in items:
            found.append(_received(ours))
    except (OSError, EOFError, ValueError, Broken):
        pass
    finally:
        os.close(ours)
        end_child(pid)
    return found


def _child(work: Callable[[T], Any], items: Sequence[T], answers: int) -> None:
    own = os.geteuid()
    become(Owner(own, (os.getegid(),)) if own else nobody(), LIMITS, (answers,))
    for item in items:
        data = pack(work(item))
        data = len(data).to_bytes(8, "big") + data
        while data:
            data = data[os.write(answers, data) :]


def _received(source: int) -> Any:
    end = time.monotonic() + DEADLINE
    size = int.from_bytes(_bytes(source, 8, end), "big")
    if size > LARGEST:
        raise ValueError(size)
    return unpack(_bytes(source, size, end))


def _bytes(source: int, count: int, end: float) -> bytes:
    parts: list[bytes] = []
    while count:
        if not select.select([source], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(source, min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
