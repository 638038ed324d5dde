"""Processes, read from /proc."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.command_lines import command_line
from wizard.host.files import group_name, user_name
from wizard.host.reading import Reading

MOST_GROUPS, MOST_PROCESSES = 1000, 1000
# Of systemd's own tree (systemd.slice(5)): what a user's manager, or a service below itself, makes has any name.
SERVICE = pattern(
    rb"^(?:0:|[0-9]+:name=systemd):/system\.slice/(?:[^/\n]+\.slice/)*([^/\n]+\.service)(?:/|$)", re.MULTILINE
)
INTERPRETER = pattern(r"(?:python|pypy)3?(\.\d+)?")
# Options of an interpreter that take a word more; and `-m`, alone or after others.
WITH_WORD, MODULE = ("-W", "-X", "--check-hash-based-pycs"), pattern(r"-[bBdEhiIOqsSuvVx]*m")


class Process(Value):
    """A process; `groups` are those it holds, which may be fewer than /etc/group now gives its user; `command` is
    empty where it cannot be read; `kernel_name` is what the kernel calls it, at most 15 bytes (proc_pid_status(5)).
    """

    pid: int
    user: str
    groups: tuple[str, ...]
    command: tuple[str, ...]
    parent: int = 0
    kernel_name: str = ""

    @property
    def name(self) -> str:
        """The program's base name, without what follows a colon (`nginx: worker`); for Python, that of the script or
        of the module (`http.server` of `python -m http.server`). A process without a command line, such as one that
        is being started or has just ended, has the kernel's name."""
        return program_name(self.command) or self.kernel_name


def program_name(command: Sequence[str]) -> str:
    """Return the name of the program that these words run, as `Process.name` has it."""
    name = Path(command[0].split(":")[0]).name if command else ""
    if not INTERPRETER.fullmatch(name):
        return name
    words = iter(command[1:])
    for word in words:
        if MODULE.fullmatch(word):
            return next(words, "") or name
        if word in WITH_WORD:
            next(words, "")
        elif not word.startswith("-"):
            return Path(word).name if word.startswith("/") else name
        elif word == "-c":
            return name
    return name


class ProcessAt(Reading["Process | None"]):
    """The process with a PID; None if there is none."""

    family: ClassVar[str] = "processes"
    pid: int


class ServiceOf(Reading[str]):
    """The system's service to which the process with a PID belongs, such as `apache2.service`; "" if it is of none."""

    family: ClassVar[str] = "processes"
    nothing: ClassVar[str] = ""
    pid: int


class ConfinedBy(Reading[str]):
    """The context of SELinux, or the profile of AppArmor in force, that confines the process with a PID; "" where
    neither does."""

    family: ClassVar[str] = "processes"
    nothing: ClassVar[str] = ""
    pid: int


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of types `ProcessAt`, `ServiceOf` and `ConfinedBy`."""
    return {one: _answer(one) for one in readings}


def _answer(reading: Reading[Any]) -> Any:
    if isinstance(reading, ProcessAt):
        return process(reading.pid)
    return _confined(reading.pid) if isinstance(reading, ConfinedBy) else _service(reading)


def _confined(pid: int) -> str:
    try:
        label = opening.made_up(f"/proc/{pid}/attr/current").decode(errors="replace").strip("\0\n ")
    except OSError:  # without such a module, or for a user that may not look
        return ""
    free = label in ("unconfined", "kernel") or ":unconfined_t:" in label or label.endswith("(complain)")
    return "" if free else label


def _service(reading: Reading[Any]) -> str:
    assert isinstance(reading, ServiceOf)
    try:
        found = SERVICE.search(opening.made_up(f"/proc/{reading.pid}/cgroup"))
    except OSError:
        return ""
    return found[1].decode(errors="replace") if found else ""


def process(pid: int) -> Process | None:
    """Return the process with that PID, or None if it has ended."""
    folder = Path("/proc", str(pid))
    try:
        lines = lines_of(opening.made_up(folder / "status").decode(errors="replace"))
    except OSError:
        return None
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    uid = int(status["Uid"].split()[1])
    groups = {int(gid) for gid in status.get("Groups", "").split()} | {int(status["Gid"].split()[1])}
    return Process(
        pid=pid,
        user=user_name(uid),
        groups=tuple(sorted(group_name(gid) for gid in groups)),
        command=command_line(pid, uid),
        parent=int(status["PPid"]),
        kernel_name=status["Name"],
    )


def start_time(pid: int) -> float:
    """Return a process's start time in seconds since the epoch, to a hundredth; 0 if it has ended."""
    try:
        # The name, in parentheses, may hold anything; what follows it does not (proc_pid_stat(5), field 22).
        ticks = int(opening.made_up(f"/proc/{pid}/stat").rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0.0
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return boot + ticks / os.sysconf("SC_CLK_TCK")


def process_tree(pid: int) -> tuple[Process, ...]:
    """Return a process and all its descendants, sorted by PID."""
    import psutil

    try:
        below = [one.pid for one in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        below = []
    return tuple(found for one in sorted((pid, *below)) if (found := process(one)))


def processes_in_cgroup(folder: Path) -> tuple[Process, ...]:
    """Return the processes of a control group and its subgroups, sorted by PID, at most `MOST_PROCESSES`."""
    pids: set[int] = set()
    # Who was given a group may make as many in it as it likes.
    for path in (folder, *(Path(place) for place, _, _ in islice(os.walk(folder), MOST_GROUPS))):
        try:
            pids.update(int(word) for word in opening.made_up(path / "cgroup.procs").split())
        except OSError:
            continue
    return tuple(found for pid in sorted(pids)[:MOST_PROCESSES] if (found := process(pid)))
