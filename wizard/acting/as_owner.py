"""Work done in a forked child that has become somebody else for good; what it finds comes back as data."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable

from wizard.base.language import _
from wizard.host.ending import end_child
from wizard.host.opening import Refused
from wizard.host.owners import Limits, Owner, become

# In seconds: a tree of some hundred thousand files takes a minute to remove.
DEADLINE = 900.0
# Seconds between looks at whether the child was stopped.
STOP_CHECK = 0.5
# Seconds from its last word to its end, on a machine that is busy.
EXIT = 10.0
LIMITS = Limits(seconds=600, memory=512 * 2**20, files=1024)
MOST = 64 * 2**20
_DONE, _FAILED = b"+", b"-"


def as_owner(owner: Owner, path: str, work: Callable[[], bytes | None], deadline: float = DEADLINE) -> bytes:
    """Do work about a path as its owner, and return its bytes. Raises `OSError` as the work did, and where the child
    ended without a word, or not within `deadline` seconds. Only for a process with one thread."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _work(owner, work, writing)
    os.close(writing)
    told, ended = b"", False
    try:
        told, ended = _told(reading, child, time.monotonic() + deadline)
    finally:
        os.close(reading)
        status = end_child(child, EXIT, kill=False) if ended else end_child(child)
    if status:
        told = b""  # It may have been killed while it said so.
    if told[:1] == _DONE:
        return told[1:]
    if told[:1] != _FAILED:
        text = _("{path}: what was to be done there as {user} did not end")
        raise Refused(text.format(path=path, user=owner.name), path)
    number, words, refused = json.loads(told[1:])
    raise Refused(words, path) if refused else OSError(number, words, path)


def _work(owner: Owner, work: Callable[[], bytes | None], writing: int) -> None:
    """In the child, which never returns."""
    try:
        try:
            become(owner, LIMITS, keep=(writing,))
            answer = _DONE + (work() or b"")
        except Refused as error:
            answer = _FAILED + json.dumps((error.errno, str(error), True)).encode()
        except OSError as error:
            words = error.strerror or str(error)
            answer = _FAILED + json.dumps((error.errno or 0, words, False)).encode()
        while answer:
            answer = answer[os.write(writing, answer) :]
    finally:
        os._exit(0)


def _told(reading: int, child: int, until: float) -> tuple[bytes, bool]:
    """What the child says, and whether it came to its end; it does not where it is too slow, says too much, or was
    stopped: its new user may send it any signal."""
    parts: list[bytes] = []
    while sum(map(len, parts)) <= MOST:
        left = until - time.monotonic()
        ready, _writing, _failed = select.select([reading], [], [], max(0.0, min(left, STOP_CHECK)))
        if not ready:
            if left <= 0 or os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOHANG):
                break
            continue
        part = os.read(reading, 2**20)
        if not part:
            return b"".join(parts), True
        parts.append(part)
    return b"", False
