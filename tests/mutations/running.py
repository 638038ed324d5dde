"""Readers at work on damaged files, in a child that the kernel holds to its limits.

A child reads one damaged file after the other. Before each it sets the clocks: a second of processor, and ten by the
wall, for who waits for bytes that never come. The child that they end, or that takes more memory than it may, is told
as a fault of that file, and another goes on behind it.
"""

from __future__ import annotations

import mmap
import os
import resource
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.mutations.trees import Tree, one_damaged, trees
from wizard.base.values import Value

PROCESSOR, WALL = 1.0, 10.0
MEMORY = 192 * 1024 * 1024
"""Bytes above what the child has when it starts."""


class Kind(Value):
    """What is read, and how: `read` takes the folder of the seed and returns anything at all, but raises nothing."""

    name: str
    read: Callable[[Path], object]


class Fault(Value):
    """A reader that did not answer: of which kind, for which number of the seed, how the file was damaged, and what
    came of it."""

    kind: str
    number: int
    how: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.number}: {self.how}: {self.why}"


def bytes_of(path: Path) -> bytes:
    """What `Content` hands on of a file."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size < 4 * 2**20 else b""
    except OSError:
        return b""


def faults(kind: Kind, count: int, seed: str = "jalon", start: int = 0) -> Iterator[Fault]:
    """Yield what a reader did not bear of so many damaged files, the same ones for the same seed."""
    told = mmap.mmap(-1, 8192)
    number, end = start, start + count
    while number < end:
        told[:8] = number.to_bytes(8, "little")
        with tempfile.TemporaryDirectory(prefix="jalon-mutations-") as folder:
            pid = os.fork()
            if pid == 0:
                _child(kind, range(number, end), seed, told, folder)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        number = int.from_bytes(told[:8], "little")
        how, _end, why = told[8:].rstrip(b"\0").decode(errors="replace").partition("\0")
        if status == 0:
            return
        yield Fault(kind.name, number, how, _why(status, why))
        number += 1


def _why(status: int, why: str) -> str:
    return {
        1: why,
        -signal.SIGPROF: f"more than {PROCESSOR:g} s of processor",
        -signal.SIGALRM: f"no answer within {WALL:g} s",
        -signal.SIGKILL: "killed",
    }.get(status, f"ended with {status}")


def _child(kind: Kind, numbers: range, seed: str, told: mmap.mmap, folder: str) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    try:
        seeds = [(tree, Path(folder, tree.name)) for tree in trees(kind.name)]
        for tree, place in seeds:
            tree.lay(place)
            kind.read(place)
        _limit()
        for number in numbers:
            _one(kind, Random(f"{seed} {kind.name} {number}"), number, seeds, told)
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}: {str(error)[:200]}"
        told.seek(told.find(b"\0", 8) + 1)
        told.write(why.encode(errors="replace")[:1000] + b"\0")
        os._exit(1)
    os._exit(0)


def _one(kind: Kind, chance: Random, number: int, seeds: list[tuple[Tree, Path]], told: mmap.mmap) -> None:
    tree, folder = chance.choice(seeds)
    with one_damaged(tree, folder, chance) as how:
        told[:8] = number.to_bytes(8, "little")
        told.seek(8)
        told.write(how.encode()[:500] + bytes(2000))
        before = _used()
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR)
        signal.setitimer(signal.ITIMER_REAL, WALL)
        try:
            kind.read(folder)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        if (grown := _used() - before) > MEMORY // 2:
            raise MemoryError(f"{grown // 2**20} MiB")


def _used() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _limit() -> None:
    """The clocks' signals end the child whatever it is at, and its memory has an end."""
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
