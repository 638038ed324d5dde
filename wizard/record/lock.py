"""One run at a time changes an instance. Children inherit the lock, so that what outlives a killed run is seen."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from wizard.base.values import Value
from wizard.host.processes import Process, process
from wizard.record.state import with_file_name


class AlreadyLocked(Exception):
    """Another run holds the lock; carries its process."""

    def __init__(self, holder: Process | None) -> None:
        super().__init__("locked")
        self.holder = holder


class Lock(Value):
    """A lock that is held; `descriptor` is inherited by children, so that a killed run's is held by what it left."""

    descriptor: int

    def release(self) -> None:
        """Lets it go, for those too who inherited it: a daemon that a package started is no work left undone."""
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        os.close(self.descriptor)


def acquire(path: Path, waiting: Callable[[tuple[Process, ...], float], None], patience: float = 1800.0) -> Lock:
    """Takes the lock. Raises `Held` where a living run holds it.

    Where only children of a run that was killed hold it still, calls `waiting(orphans, seconds)` about every two
    seconds and goes on when they have ended, or raises `Held` after `patience` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holder = _holder(descriptor)
            spent = time.monotonic() - began
            if holder is not None or spent > patience:
                os.close(descriptor)
                raise AlreadyLocked(holder) from None
            waiting(orphans(path), spent)
            time.sleep(2)
    os.set_inheritable(descriptor, True)
    with with_file_name(path):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {_birth(os.getpid())}\n".encode(), 0)
    return Lock(descriptor)


def orphans(path: Path) -> tuple[Process, ...]:
    """The processes that hold the lock's file open, other than this one."""
    wanted = path.stat()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            for link in (folder / "fd").iterdir():
                state = link.stat()
                if (state.st_dev, state.st_ino) == (wanted.st_dev, wanted.st_ino):
                    found.append(process(int(folder.name)))
                    break
        except OSError:
            continue
    return tuple(one for one in found if one)


def _holder(descriptor: int) -> Process | None:
    """The run that wrote its number there, if it lives and is still the same process."""
    words = os.pread(descriptor, 100, 0).decode(errors="replace").split()
    if len(words) != 2 or not words[0].isdigit() or _birth(int(words[0])) != words[1]:
        return None
    return process(int(words[0]))


def _birth(pid: int) -> str:
    """When a process began, in the kernel's ticks: numbers come back, births do not."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
