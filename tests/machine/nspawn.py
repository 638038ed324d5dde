"""Booting a folder as a machine, finding its first process, and ending it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.machine import network, registry
from tests.machine.places import MachineError
from tests.machine.registry import Entry
from wizard.base.values import replace

HOSTNAME = "serveur"
BOOT_SECONDS = 120.0
_POWEROFF = signal.SIGRTMIN + 4

# The process must enter its own group before it becomes nspawn: with --keep-unit, nspawn makes "payload"
# below the group it starts in; two machines from one shell would share it and stop each other's services.
_ENTER_GROUP = 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"'


def boot(entry: Entry) -> Entry:
    """Boots the machine's folder and waits until systemd says it is up; the entry then knows its process."""
    group = _group(entry)
    group.mkdir(exist_ok=True)
    options = [f"--bind-ro={bind}" for bind in entry.binds]
    if not entry.shared_network:
        options.append(f"--network-namespace-path={network.namespace(entry.slot)}")
    with (Path(entry.folder) / "console").open("ab") as console:
        process = subprocess.Popen(
            [
                *("sh", "-c", _ENTER_GROUP, "sh", str(group)),
                *("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--resolv-conf=off"),
                *("--timezone=off", "--link-journal=no", f"--hostname={HOSTNAME}", f"--machine={entry.name}"),
                *("-D", str(Path(entry.folder) / "merged"), *options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
            # A machine of today has one cgroup hierarchy, whatever the host mixes.
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        )
    booted = replace(entry, nspawn=registry.identity(process.pid))
    registry.save(booted)
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if state(booted) in ("running", "degraded"):
            return booted
        time.sleep(0.1)
    tail = (Path(entry.folder) / "console").read_text(errors="replace")[-1500:]
    kill(booted)
    raise MachineError(f"machine {entry.name} did not come up; its console ends with:\n{tail}")


def leader(entry: Entry) -> int | None:
    """The machine's first process as this host numbers it; None when it is off."""
    if not registry.alive(entry.nspawn) or entry.nspawn is None:
        return None
    # Not a pattern with a file's name in it, which stumbles over a process that has just ended.
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "status").read_text().splitlines()
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in told if ":\t" in line)
        if fields.get("PPid") == str(entry.nspawn[0]) and fields.get("NSpid", "").split()[1:] == ["1"]:
            return int(folder.name)
    return None


def state(entry: Entry) -> str:
    """What systemd says of the machine: `starting`, `running`, `degraded`...; empty while nobody answers."""
    pid = leader(entry)
    if pid is None:
        return ""
    asked = subprocess.run(
        ["nsenter", "-a", "-t", str(pid), "systemctl", "is-system-running"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return asked.stdout.strip()


def power_off(entry: Entry, patience: float = 90) -> None:
    """Powers the machine off as a person would, services stopped in order; killed when that drags on."""
    pid = leader(entry)
    if pid is not None:
        os.kill(pid, _POWEROFF)
        deadline = time.monotonic() + patience
        while registry.alive(entry.nspawn) and time.monotonic() < deadline:
            time.sleep(0.05)
    kill(entry)


def kill(entry: Entry) -> None:
    """Ends the machine at once, as pulling the plug does, and leaves no process and no group of it."""
    pid = leader(entry)
    if pid is not None:
        registry.end_process(registry.identity(pid))
    registry.end_process(entry.nspawn)
    if entry.nspawn is not None:
        with suppress(ChildProcessError):
            os.waitpid(entry.nspawn[0], os.WNOHANG)
    _remove_group(_group(entry))


def _group(entry: Entry) -> Path:
    unified = Path("/sys/fs/cgroup")
    if not (unified / "cgroup.procs").exists():
        unified = unified / "unified"
    return unified / f"jalon-tests-{entry.slot}"


def _remove_group(group: Path) -> None:
    deadline = time.monotonic() + 5
    while group.exists() and time.monotonic() < deadline:
        for folder in sorted(group.rglob("*/"), key=lambda path: len(path.parts), reverse=True):
            with suppress(OSError):
                folder.rmdir()
        try:
            group.rmdir()
        except OSError:
            time.sleep(0.05)
