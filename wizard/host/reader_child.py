"""The processes that read what is foreign: a helper, which has one thread and so may fork, and below it a child for
each owner, which has become that user for good and answers readings.

The helper is root's still, holds no file of Jalon's open (the lock of the instance neither), and ends, with its
children, when whoever started it does.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import socket
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from wizard.base.language import _
from wizard.host.ending import end_child
from wizard.host.handover import Broken, pack
from wizard.host.owners import Limits, Owner, become, leave_terminal
from wizard.host.reading import Reading, Unknown

LIMITS = Limits(seconds=20, memory=512 * 2**20, files=256)
MOST_ANSWERED = 64 * 2**20
# What a module may say that a reader of it imports late: a child has no right to where root keeps it.
LATE = "LATE_IMPORTS"


def start_helper() -> tuple[socket.socket, int]:
    """Start the helper; return the channel to it and its PID. To be called where no other thread runs that could hold a
    lock which the helper needs."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        try:
            _help(theirs)
        finally:
            os._exit(0)
    theirs.close()
    return ours, pid


def send(channel: socket.socket, data: bytes) -> None:
    """Send bytes with their length before them."""
    channel.sendall(len(data).to_bytes(8, "big") + data)


def receive(channel: socket.socket, seconds: float | None = None) -> bytes:
    """Receive what `send` sent. Raises `EOFError` at the end or for more than an answer may have, and `TimeoutError` if
    it is not whole after that time."""
    until = None if seconds is None else time.monotonic() + seconds
    size = int.from_bytes(_exactly(channel, 8, until), "big")
    if size > MOST_ANSWERED:
        raise EOFError
    return _exactly(channel, size, until)


def _exactly(channel: socket.socket, size: int, until: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if until is not None:
            channel.settimeout(max(0.001, until - time.monotonic()))
        part = channel.recv(min(size, 2**20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _help(channel: socket.socket) -> None:
    leave_terminal([channel.fileno()])
    # Which each child would import for itself otherwise.
    import ctypes  # noqa: F401

    # Collecting would touch, and so copy, all that the helper shares with whoever started it.
    gc.freeze()
    children: set[int] = set()
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(channel, 2**20, 1)
        word: str
        what: Any
        word, what = pickle.loads(message) if message else ("quit", None)  # noqa: S301 - from who started this
        if word == "quit":
            break
        if word == "start":
            told = _start(descriptors[0], *what)
            children |= {told} - {0}
            os.close(descriptors[0])
        else:
            told = end_child(what)
            children.discard(what)
        channel.send(told.to_bytes(8, "big", signed=True))
    # All at once: the end of each takes the kernel its time.
    for pid in children:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    for pid in children:
        end_child(pid)


def _start(descriptor: int, owner: Owner, limits: Limits, places: Sequence[str]) -> int:
    """Start a child that has these readers; return its PID, 0 if there can be none."""
    for place in places:
        with contextlib.suppress(Exception):  # which the child tells again
            load(place)
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid == 0:
        try:
            become(owner, limits, [descriptor])
            _serve(socket.socket(fileno=descriptor))
        finally:
            os._exit(0)
    return pid


def load(place: str) -> Any:
    """Return the reader at a place (`module:function`), all that it needs imported."""
    name, _colon, function = place.partition(":")
    module = import_module(name)
    for late in getattr(module, LATE, ()):
        import_module(late)
    return getattr(module, function)


def loaded(place: str) -> bool:
    """Whether a reader can be had without any import."""
    module = sys.modules.get(place.partition(":")[0])
    return module is not None and all(late in sys.modules for late in getattr(module, LATE, ()))


def _serve(channel: socket.socket) -> None:
    """Answer readings, one after the other, until nobody asks any more."""
    while True:
        try:
            place, readings = pickle.loads(receive(channel))  # noqa: S301 - from who started this
        except (EOFError, OSError):
            return
        for reading in readings:
            send(channel, _packed(place, reading))


def _packed(place: str, reading: Reading[Any]) -> bytes:
    try:
        data = pack(load(place)([reading])[reading])
    except MemoryError:
        data = pack(Unknown(_("it takes more memory than a reading may")))
    except Broken as error:
        data = pack(Unknown(_("what was read cannot be handed over: {error}").format(error=error)))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:500]
        data = pack(Unknown(_("it could not be read: {error}").format(error=text)))
    if len(data) > MOST_ANSWERED:
        data = pack(Unknown(_("it takes more memory than a reading may")))
    return data
