"""Readings of the updates that wait: what an upgrade would install, and whether a restart is due."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from wizard.host.children import hear
from wizard.host.reading import Reading, Unknown

REBOOT = Path("/run/reboot-required")

# Without a lock it disturbs nobody; without its caches apt keeps nothing of what it computes.
SIMULATION = [
    "apt-get",
    "-s",
    "-q",
    "-o",
    "Debug::NoLocking=1",
    "-o",
    "Dir::Cache::pkgcache=",
    "-o",
    "Dir::Cache::srcpkgcache=",
    "-o",
    "APT::Get::Show-User-Simulation-Note=0",
    "dist-upgrade",
]
LINE = re.compile(r"^Inst (?P<name>\S+)(?: \[[^\]]*\])? \((?P<comes>[^)]*)\)", re.MULTILINE)


@dataclass(frozen=True)
class Waiting:
    """The packages that an upgrade would bring, by name, and those among them that come as security updates."""

    packages: tuple[str, ...] = ()
    security: tuple[str, ...] = ()


@dataclass(frozen=True)
class Updates(Reading[Waiting]):
    """What waits by the package lists of this machine, which may be old; nothing is fetched."""

    family: ClassVar[str] = "updates"
    nothing: ClassVar[Waiting] = Waiting()


@dataclass(frozen=True)
class RebootDue(Reading["tuple[str, ...] | None"]):
    """The packages that ask for a restart of the machine; None where none is due."""

    family: ClassVar[str] = "reboot"


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """What waits, by one simulated upgrade."""
    return dict.fromkeys(readings, _waiting())


def reboot(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Whether a restart is due, by the file that packages leave."""
    return dict.fromkeys(readings, _reboot())


def _waiting() -> Waiting | Unknown:
    heard = hear(SIMULATION, deadline=30)
    if heard.status == 127:
        return Unknown("updates are asked of apt-get, which this host does not have")
    if heard.status:
        return Unknown(f"apt-get: {heard.tail}")
    return parse(heard.out)


def parse(text: str) -> Waiting:
    """What a simulated upgrade says: `Inst libc6 [2.36-9] (2.36-9+deb12u9 Debian-Security:12/stable [amd64])`."""
    found = [(one["name"], "security" in one["comes"].lower()) for one in LINE.finditer(text)]
    return Waiting(tuple(name for name, _ in found), tuple(name for name, security in found if security))


def _reboot() -> tuple[str, ...] | None:
    if not REBOOT.exists():
        return None
    try:
        named = Path(f"{REBOOT}.pkgs").read_text(errors="replace").split()
    except OSError:
        named = []
    return tuple(sorted(set(named)))
