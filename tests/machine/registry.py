"""Which machines live on this host: a numbered folder each, so that no two runs take the same network."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from tests.machine import network
from tests.machine.places import RUN, MachineError, locked, quietly
from wizard.base.values import Value, as_dict, replace

SLOTS = 250
"""As many machines at once as there are networks 10.213.N.0/30 used."""


class Entry(Value):
    """One machine as the next process, or the next run, finds it."""

    slot: int
    name: str
    folder: str
    lowers: tuple[str, ...]
    shared_network: bool
    owner: tuple[int, int]
    nspawn: tuple[int, int] | None = None
    binds: tuple[str, ...] = field(default=())

    @property
    def path(self) -> Path:
        """Where this entry is kept."""
        return RUN / f"{self.slot}"


def identity(pid: int) -> tuple[int, int]:
    """A process as (id, start time): an id alone may since belong to another."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return (pid, -1)
    return (pid, int(stat.rpartition(")")[2].split()[19]))


def alive(process: tuple[int, int] | None) -> bool:
    """Whether that very process still runs; a zombie does not."""
    if process is None or process[1] < 0 or identity(process[0]) != process:
        return False
    try:
        return Path(f"/proc/{process[0]}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:  # it has ended since
        return False


def entries() -> list[Entry]:
    """Every machine on record, living or left behind."""
    found = []
    for path in sorted(RUN.glob("[0-9]*/state.json")):
        try:
            raw = json.loads(path.read_text())
        except (OSError, ValueError):
            continue
        for key in ("lowers", "owner", "nspawn", "binds"):
            raw[key] = tuple(raw[key]) if raw[key] is not None else None
        found.append(Entry(**raw))
    return found


@contextmanager
def register() -> Iterator[None]:
    """The lock under which slots are taken and given back."""
    with locked(RUN / "lock"):
        yield


def save(entry: Entry) -> None:
    """Puts the entry on record, whole or not at all."""
    entry.path.mkdir(parents=True, exist_ok=True)
    partial = entry.path / "state.json.part"
    partial.write_text(json.dumps(as_dict(entry)))
    partial.replace(entry.path / "state.json")


def take(name: str, folder: Path, lowers: tuple[str, ...], shared_network: bool, binds: tuple[str, ...]) -> Entry:
    """Claims a free slot for a new machine; what dead runs left behind is removed first."""
    with register():
        for entry in entries():
            if not alive(entry.owner):
                _remove(entry)
        living = entries()
        if any(entry.name == name for entry in living):
            raise MachineError(f"a machine named {name} is already up")
        if shared_network and any(entry.shared_network for entry in living):
            raise MachineError("without network namespaces only one machine can be up at a time, and one is")
        for slot in range(SLOTS):
            if not (RUN / str(slot)).exists() and (shared_network or network.free(slot)):
                entry = Entry(slot, name, str(folder), lowers, shared_network, identity(os.getpid()), None, binds)
                save(entry)
                return entry
    raise MachineError(f"all {SLOTS} networks for machines are taken")


def taken_over(entry: Entry) -> Entry:
    """The same machine, now living as long as this process: it may be off without being cleaned away."""
    kept = replace(entry, owner=identity(os.getpid()))
    save(kept)
    return kept


def handed_over(entry: Entry) -> Entry:
    """The same machine, now living as long as its own first process instead of the process that made it."""
    if entry.nspawn is None:
        raise MachineError(f"{entry.name} is not booted")
    kept = replace(entry, owner=entry.nspawn)
    save(kept)
    return kept


def release(entry: Entry) -> None:
    """Ends the machine and removes every trace of it from the host."""
    with register():
        _remove(entry)


def clean() -> list[str]:
    """Removes every machine whose maker is gone, and networks nobody claims; names what it removed."""
    removed = []
    with register():
        for entry in entries():
            if not alive(entry.owner):
                _remove(entry)
                removed.append(entry.name)
        claimed = {entry.slot for entry in entries()}
        for path in RUN.glob("[0-9]*"):
            if int(path.name) not in claimed:
                shutil.rmtree(path, ignore_errors=True)
        removed += network.sweep(claimed)
        if not claimed:
            network.forget_forwarding()
    return removed


def end_process(process: tuple[int, int] | None, patience: float = 10) -> None:
    """Kills one process for good and waits until the kernel has let go of it."""
    if process is None or not alive(process):
        return
    os.kill(process[0], signal.SIGKILL)
    deadline = time.monotonic() + patience
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.05)


def _remove(entry: Entry) -> None:
    # Imported late: that module needs this one to say what a process's identity is.
    from tests.machine import nspawn

    nspawn.kill(entry)
    folder = Path(entry.folder)
    merged = folder / "merged"
    while os.path.ismount(merged):
        if not quietly("umount", str(merged)) and not quietly("umount", "-l", str(merged)):
            break
    if not entry.shared_network:
        network.remove(entry.slot)
    if not os.path.ismount(merged):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(entry.path, ignore_errors=True)
    if not any(RUN.glob("[0-9]*")):
        network.forget_forwarding()
