"""Readings of what is foreign, answered by a child that is its owner (`wizard.host.reader_child`)."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import time
import weakref
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Any

from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.host.handover import Broken, unpack
from wizard.host.owners import Owner
from wizard.host.reader_child import LIMITS, loaded, receive, send, start_helper
from wizard.host.reading import Reading, Unknown

# So many answers of one owner may hang or break before no more are asked for.
MOST_LOST = 3
PATIENCE = 30.0  # for the helper, in seconds
# For each further answer of an owner one of whose answers has hung, in seconds: whoever keeps root waiting once would
# do so again.
HURRIED = 2.0
NEARLY = 0.8  # of its patience, after which an answer that came is as good as one that has hung


class _Child(Value):
    """A running child, and the readers that it has."""

    pid: int
    channel: socket.socket
    places: frozenset[str]


class _Gone(Exception):
    """A child that has not answered; the text says why."""


class ForeignReaders:
    """Reads as the owner of what is read. A child is kept for each owner until `forget`.

    `likely` are readers that may be asked for; a child starts with those of them that cost nothing. Threads may ask
    side by side, if `prepare` was called before they were started.
    """

    def __init__(self, likely: Iterable[str] = ()) -> None:
        self._helper: _Helper | None = None
        self._likely = tuple(likely)
        self._children: dict[Owner, _Child] = {}
        self._places: dict[str, None] = {}
        self._lost: Counter[Owner] = Counter()
        self._late: set[Owner] = set()
        self._turn = Lock()
        self._turns: defaultdict[Owner, Lock] = defaultdict(Lock)

    def prepare(self, places: Iterable[str]) -> None:
        """Make ready to be asked, while this process has one thread; `places` are readers that are expected."""
        self._places.update(dict.fromkeys(places))
        with self._turn:
            self._help()

    def answer(self, owner: Owner, place: str, readings: Sequence[Reading[Any]]) -> dict[Reading[Any], Any]:
        """Answer readings of one reader (`module:function`) as that owner. What hangs, breaks or takes too much is
        `Unknown`, with why."""
        with self._turn:
            turn = self._turns[owner]
        with turn:
            answers: dict[Reading[Any], Any] = {}
            while left := [one for one in readings if one not in answers]:
                if self._lost[owner] >= MOST_LOST:
                    text = _("{user} is not asked any more: {count} answers hung or broke")
                    unknown = Unknown(text.format(user=owner.name, count=MOST_LOST))
                    return {**answers, **dict.fromkeys(left, unknown)}
                try:
                    for reading, found in self._stream(owner, place, left):
                        answers[reading] = _told(found, owner)
                except _Gone as gone:
                    self._lost[owner] += 1
                    lost = next(one for one in left if one not in answers)
                    answers[lost] = Unknown(str(gone))
            return answers

    def forget(self, *, anew: bool = False) -> None:
        """End the children, whose groups may not be what their users' are now; with `anew`, whose answers were lost is
        forgotten too."""
        with self._turn:
            for child in self._children.values():
                self._end(child)
            self._children.clear()
            if anew:
                self._lost.clear()
                self._late.clear()

    def close(self) -> None:
        """End all of it. What is asked afterwards begins anew."""
        self.forget(anew=True)
        with self._turn:
            if self._helper is not None:
                self._helper.end()
                self._helper = None

    def _stream(self, owner: Owner, place: str, readings: Sequence[Reading[Any]]) -> Iterator[tuple[Reading[Any], Any]]:
        child, whole = self._child(owner, place), False
        deadline = readings[0].patience
        try:
            child.channel.settimeout(deadline)
            send(child.channel, pickle.dumps((place, list(readings))))
            for reading in readings:
                deadline = min(reading.patience, HURRIED) if owner in self._late else reading.patience
                began = time.monotonic()
                told = receive(child.channel, deadline)
                if time.monotonic() - began > NEARLY * reading.patience:
                    self._late.add(owner)
                yield reading, unpack(told)
            whole = True
        except TimeoutError:
            self._late.add(owner)
            raise _Gone(_slow(owner, deadline)) from None
        except (EOFError, OSError, Broken):
            raise _Gone(_ended(owner, self._drop(owner))) from None
        finally:
            # Whatever happened, what this child says next would be an answer to something else.
            if not whole:
                self._drop(owner)

    def _child(self, owner: Owner, place: str) -> _Child:
        with self._turn:
            self._places.setdefault(place)
            child = self._children.get(owner)
            if child is None or place not in child.places:
                if child is not None:
                    self._end(self._children.pop(owner))
                self._places.update(dict.fromkeys(one for one in self._likely if loaded(one)))
                try:
                    child = self._children[owner] = self._help().start(owner, tuple(self._places))
                except OSError:
                    raise _Gone(_unstarted(owner)) from None
            return child

    def _drop(self, owner: Owner) -> int:
        """End an owner's child; return its exit status."""
        with self._turn:
            child = self._children.pop(owner, None)
            return self._end(child) if child else 0

    def _end(self, child: _Child) -> int:
        child.channel.close()
        return self._helper.stop(child.pid) if self._helper else 0

    def _help(self) -> _Helper:
        if self._helper is None or self._helper.lost:
            self._helper = _Helper()
        return self._helper


class _Helper:
    """The helper process, as long as it answers."""

    def __init__(self) -> None:
        self.lost = False
        self._channel, pid = start_helper()
        self._channel.settimeout(PATIENCE)
        self.end = weakref.finalize(self, _end_helper, self._channel, pid, os.getpid())

    def start(self, owner: Owner, places: tuple[str, ...]) -> _Child:
        """Start a child."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            pid = self._ask(("start", (owner, LIMITS, places)), [theirs.fileno()])
        if not pid:
            ours.close()
            raise _Gone(_unstarted(owner))
        return _Child(pid, ours, frozenset(places))

    def stop(self, pid: int) -> int:
        """End a child; return its exit status."""
        return self._ask(("end", pid))

    def _ask(self, message: tuple[str, Any], descriptors: Sequence[int] = ()) -> int:
        try:
            socket.send_fds(self._channel, [pickle.dumps(message)], list(descriptors))
            told = self._channel.recv(8)
        except OSError:
            told = b""
        if not told:
            self.lost = True
            self.end()
        return int.from_bytes(told, "big", signed=True)


def _end_helper(channel: socket.socket, pid: int, ours: int) -> None:
    if os.getpid() != ours:  # a fork of the process that started it
        return
    with channel:
        try:
            # It is told so: forks of this process may have the channel open.
            channel.send(pickle.dumps(("quit", None)))
            channel.settimeout(2)
            # Nobody else has its end of the channel: when it ends, this does.
            channel.recv(8)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    with contextlib.suppress(OSError):
        os.waitpid(pid, 0)


def _told(found: Any, owner: Owner) -> Any:
    """An answer as it is passed on: root's rights would help nobody, where root may have them and does not use them."""
    if isinstance(found, Unknown) and found.needs == "root" and os.geteuid() == 0:
        return replace(found, why=_("{why} (read as {user})").format(why=found.why, user=owner.name), needs="")
    return found


def _unstarted(owner: Owner) -> str:
    return _("no process could be started to read as {user}").format(user=owner.name)


def _slow(owner: Owner, seconds: float) -> str:
    return _("no answer within {seconds:g} s, read as {user}").format(seconds=seconds, user=owner.name)


def _ended(owner: Owner, status: int) -> str:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return _("reading as {user} was killed, or took too long").format(user=owner.name)
    return _("reading as {user} ended with status {status}").format(user=owner.name, status=status)
