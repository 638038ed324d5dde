"""The lock of an instance: one run at a time. Children inherit it, so that those which outlive a killed run hold it;
but those of another user: for these, a shell of root's holds it as long as they run."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from wizard.base.values import Value, replace
from wizard.host.processes import Process, process
from wizard.record.own import make_folder, need_own, with_file_name

# In bash, as other shells name no descriptor of more than one digit. The command is its arguments.
HOLDING = 'timeout --foreground --kill-after=10 {seconds:.0f} "$@" {lock}<&-; exit $?'
# The name of such a shell, by which it is known among the processes.
HOLDER = "jalon-lock"
BECOMING = ("setpriv", "runuser", "sudo", "su")


class AlreadyLocked(Exception):
    """Another run holds the lock; `holder` is its process, or None if unknown."""

    def __init__(self, holder: Process | None) -> None:
        super().__init__("locked")
        self.holder = holder


class Lock(Value):
    """A held lock; children inherit `descriptor`."""

    descriptor: int

    def release(self) -> None:
        """Release the lock, also for children that inherited it, such as daemons started by a package."""
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        os.close(self.descriptor)


def acquire(path: Path, waiting: Callable[[tuple[Process, ...], float], None], patience: float = 1800.0) -> Lock:
    """Acquire the lock. Raises `AlreadyLocked` if a living run holds it, `NotOurs` where others may write its folder.

    If only children of a killed run hold it, calls `waiting(orphans, seconds)` about every two seconds until they have
    ended, and raises `AlreadyLocked` after `patience` seconds.
    """
    if not path.parent.exists():
        make_folder(path.parent, 0o755)
    need_own(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
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


def goes_to_a_user(words: Sequence[str]) -> bool:
    """Whether a command, which root starts, goes on as another user, itself or by a shell."""
    return any(part in BECOMING for word in words for part in word.split())


def held_for(words: Sequence[str], lock: int, seconds: float) -> list[str]:
    """A command that goes on as another user, without the lock: a shell of root's holds it until the command ends, as
    it does after so many seconds at the latest. Whoever owns such processes could otherwise keep the lock, and with it
    every later run, for as long as they like."""
    return ["bash", "-c", HOLDING.format(seconds=seconds, lock=lock), HOLDER, *words]


def orphans(path: Path) -> tuple[Process, ...]:
    """Return the other processes that have the lock file open."""
    wanted = path.stat()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            for link in (folder / "fd").iterdir():
                # By its name first: to look at what another has open may wait for a file system of theirs.
                if link.readlink().name != path.name:
                    continue
                state = link.stat()
                if (state.st_dev, state.st_ino) == (wanted.st_dev, wanted.st_ino):
                    found.append(process(int(folder.name)))
                    break
        except OSError:
            continue
    return tuple(_at_work(one) for one in found if one)


def _at_work(one: Process) -> Process:
    """The process; by the name of what it holds the lock for, if it is such a shell."""
    match one.command:
        case (_, "-c", _, name, *words) if name == HOLDER:
            if "--" in words:  # Before it stands how the user is become.
                words = words[words.index("--") + 1 :]
            if words[:1] == ["env"]:  # What only changes the folder is not what is waited for.
                words = [word for word in words[1:] if not word.startswith("--chdir=")]
            return replace(one, command=tuple(words))
    return one


def _holder(descriptor: int) -> Process | None:
    """Return the process that wrote its PID to the lock file, if it is alive and still the same one."""
    words = os.pread(descriptor, 100, 0).decode(errors="replace").split()
    if len(words) != 2 or not words[0].isdigit() or _birth(int(words[0])) != words[1]:
        return None
    return process(int(words[0]))


def _birth(pid: int) -> str:
    """Return a process's start time in clock ticks since boot; unlike a PID, it is not reused."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
