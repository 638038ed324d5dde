"""Readings of systemd units, all answered by one `systemctl show`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.processes import Process, processes_in_cgroup
from wizard.host.reading import Reading, Unknown
from wizard.host.unit_commands import blocks, commands, exit_status, path_variables

PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,NRestarts,NeedDaemonReload,FragmentPath,"
    "DropInPaths,ExecMainStartTimestampMonotonic,ActiveEnterTimestampMonotonic,Result,Restart,ControlGroup,"
    "ExecMainCode,ExecMainStatus,ExecMainExitTimestampMonotonic,ExecStart,WorkingDirectory,Environment"
)
# CLD_KILLED and CLD_DUMPED (sigaction(2)), as systemd prints them.
KILLED = ("2", "3")
# What decides what its processes see, read, write and run (systemd.exec(5)).
SETTINGS = (
    *("User", "Group", "SupplementaryGroups", "DynamicUser", "UMask", "RootDirectory", "RootImage"),
    *("ProtectHome", "ProtectSystem", "PrivateTmp", "TemporaryFileSystem", "BindPaths", "BindReadOnlyPaths"),
    *("ReadOnlyPaths", "ReadWritePaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths"),
)

# cgroup v2, or systemd's hierarchy beside those of cgroup v1, as under WSL and in some containers.
UNITS = "/etc/systemd/system"
CONTROL_GROUPS = ("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd")


class UnitState(Value):
    """The properties of a unit (systemctl(1), `show`). `started` is when its main process started, in seconds since the
    epoch (0: never); `processes` are those of its control group; `status` is the exit status of its main process, or
    of the command that should have started one. `settings` are those of `SETTINGS` that are set to something, drop-ins
    included; `lasted` is how many seconds its main process had run (0.0: it runs, or never did). `commands` are those
    that start it, word by word, in `folder` (`~` for its user's home), with the paths among its `variables`; all as
    systemd has them, with drop-ins. `killed`: a signal ended its main process."""

    load: str = "not-found"
    active: str = "inactive"
    sub: str = "dead"
    enabled: str = ""
    main_pid: int = 0
    started: float = 0.0
    restarts: int = 0
    reload_needed: bool = False
    fragment: str = ""
    drop_ins: tuple[str, ...] = ()
    result: str = "success"
    restart: str = "no"
    status: int = 0
    processes: tuple[Process, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    lasted: float = 0.0
    commands: tuple[tuple[str, ...], ...] = ()
    folder: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    killed: bool = False

    def setting(self, name: str) -> str:
        """The value of one of the `settings`; "" where it is not set."""
        return dict(self.settings).get(name, "")


class Unit(Reading[UnitState]):
    """The state of a unit; `load` is `not-found` if systemd does not know it."""

    family: ClassVar[str] = "units"
    nothing: ClassVar[UnitState] = UnitState()
    name: str


class UnitsLike(Reading["tuple[str, ...]"]):
    """The names of the loaded or enabled units that match a glob pattern."""

    family: ClassVar[str] = "unit-names"
    nothing: ClassVar[tuple[str, ...]] = ()
    pattern: str


def names(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `UnitsLike`."""
    return {reading: _names(reading.pattern) for reading in readings if isinstance(reading, UnitsLike)}


def _names(pattern: str) -> Any:
    result = run_query(["systemctl", "list-units", "--all", "--full", "--plain", "--no-legend", "--", pattern])
    if result.status == 127 or "not been booted with systemd" in result.err:
        return ()
    if result.status:
        return Unknown(f"systemctl: {result.tail}")
    loaded = [line.split()[0] for line in lines_of(result.out) if line.strip()]
    # An enabled unit that was not started since boot is not loaded.
    enabled = [name for name in _wanted() if fnmatchcase(name, pattern)]
    return tuple(sorted({*loaded, *enabled}))


def _wanted() -> Iterator[str]:
    """The names of the units that others start."""
    try:
        for folder in opening.names(UNITS):
            if folder.endswith(".wants"):
                yield from opening.names(f"{UNITS}/{folder}")
    except OSError:
        return


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Unit` with one `systemctl show`."""
    wanted = [reading for reading in readings if isinstance(reading, Unit)]
    properties = ",".join((PROPERTIES, *SETTINGS))
    result = run_query(["systemctl", "show", f"--property={properties}", "--", *(unit.name for unit in wanted)])
    if result.status == 127 or "not been booted with systemd" in result.err:
        return dict.fromkeys(wanted, Unknown(_("systemd does not run here")))
    found = blocks(result.out)
    if len(found) != len(wanted):
        return dict.fromkeys(wanted, Unknown(f"systemctl: {result.tail}"))
    return {unit: _state(block) for unit, block in zip(wanted, found, strict=True)}


def _pairs(block: str) -> Iterable[tuple[str, str]]:
    for line in lines_of(block):
        name, _, value = line.partition("=")
        yield name, value


def _state(block: str) -> UnitState:
    pairs = tuple(_pairs(block))
    values = dict(pairs)
    started = int(values.get("ExecMainStartTimestampMonotonic") or values.get("ActiveEnterTimestampMonotonic") or 0)
    starts = [value for name, value in pairs if name == "ExecStart"]
    boot = time.time() - time.clock_gettime(time.CLOCK_MONOTONIC)
    group = values.get("ControlGroup", "")
    return UnitState(
        load=values.get("LoadState", ""),
        active=values.get("ActiveState", ""),
        sub=values.get("SubState", ""),
        enabled=values.get("UnitFileState", ""),
        main_pid=int(values.get("MainPID") or 0),
        started=boot + started / 1e6 if started else 0.0,
        restarts=int(values.get("NRestarts") or 0),
        reload_needed=values.get("NeedDaemonReload") == "yes",
        fragment=values.get("FragmentPath", ""),
        drop_ins=tuple(values.get("DropInPaths", "").split()),
        result=values.get("Result", ""),
        restart=values.get("Restart", ""),
        status=int(values.get("ExecMainStatus") or 0) or exit_status(starts),
        processes=_processes(group) if group else (),
        settings=tuple((name, values[name]) for name in SETTINGS if values.get(name, "") not in ("", "no")),
        lasted=_lasted(values),
        commands=commands(starts),
        # `!` before it: it need not be there.
        folder=values.get("WorkingDirectory", "").removeprefix("!"),
        variables=path_variables(values.get("Environment", "")),
        killed=values.get("ExecMainCode") in KILLED,
    )


def _lasted(values: dict[str, str]) -> float:
    began, ended = (int(values.get(f"ExecMain{name}TimestampMonotonic") or 0) for name in ("Start", "Exit"))
    return max(0.0, (ended - began) / 1e6) if began and ended else 0.0


def _processes(group: str) -> tuple[Process, ...]:
    folders = (Path(root, group.lstrip("/")) for root in CONTROL_GROUPS)
    place = next((folder for folder in folders if opening.is_folder(folder)), None)
    return processes_in_cgroup(place) if place else ()
