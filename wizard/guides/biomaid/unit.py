"""The unit that runs an instance, where it is not the document's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.api import Host, Unit, UnitsLike, UnitState, Unknown, runs
from wizard.guides.biomaid.names import Names

PROGRAM = "gunicorn"
STARTS = re.compile(rf"run-instance|\b{PROGRAM}\b")


def other(n: Names, host: Host) -> str:
    """The name of another unit that runs the instance or starts with the machine; empty where the document's does."""
    own = host.read(Unit(n.unit))
    if _counts(own):
        return ""
    return next(_candidates(n, host), "")


def _counts(state: UnitState | Unknown) -> bool:
    return isinstance(state, UnitState) and (state.active == "active" or state.enabled == "enabled")


def _candidates(n: Names, host: Host) -> Iterator[str]:
    """The units that start gunicorn, or the script that does, for the instance: as systemd has them."""
    names = host.read(UnitsLike("*.service"))
    units = [] if isinstance(names, Unknown) else [Unit(name) for name in names if name != n.unit]
    host.expect(units)
    for unit in units:
        state = host.read(unit)
        if isinstance(state, UnitState) and _counts(state) and _starts(n, state):
            yield unit.name


def _starts(n: Names, state: UnitState) -> bool:
    """Whether it starts the instance's gunicorn: by its words, or, where a script does it, by the processes it has."""
    user, words = n.answers.instance, " ".join(" ".join(one) for one in state.commands)
    running = any(process.user == user and runs(process, PROGRAM) for process in state.processes)
    if state.setting("User") == user:
        return running or bool(STARTS.search(words))
    within = re.compile(re.escape(n.home) + r"(?![\w.-])")
    return bool(STARTS.search(words)) and (running or bool(within.search(f"{state.folder} {words}")))
