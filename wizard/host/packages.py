"""Readings of the distribution's packages, answered through dpkg on Debian's family."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.distributions import Distribution, distribution_of
from wizard.host.facts import Facts
from wizard.host.reading import Reading, Unknown

LISTS = Path("/var/lib/apt/lists")
UPDATES = Path("/var/lib/dpkg/updates")


class Package(Reading["str | None"]):
    """The version of an installed package; None if it is not installed."""

    family: ClassVar[str] = "packages"
    name: str


class ListsAge(Reading["float | None"]):
    """Seconds since the package lists were fetched; None if there are none. dnf refreshes old ones itself."""

    family: ClassVar[str] = "packages"


class HalfInstalled(Reading["tuple[str, ...]"]):
    """Packages left unpacked or half configured by an interrupted installation."""

    family: ClassVar[str] = "packages"
    nothing: ClassVar[tuple[str, ...]] = ()


class Conffile(Reading["bool | None"]):
    """Whether a package's configuration file is unmodified; None if it belongs to no package. With rpm only `path`
    counts."""

    family: ClassVar[str] = "conffiles"
    package: str
    path: str


def for_host(
    facts: Facts,
    apt: tuple[str, ...] = (),
    dnf: tuple[str, ...] = (),
    pacman: tuple[str, ...] = (),
    keys: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Return the guide's packages for the host: those of the keys of `distributions.py`, and those that it names itself
    for the host's package manager. () if it has none for it, or names some for others alone."""
    here = distribution_of(facts)
    named = {"apt": apt, "dnf": dnf, "pacman": pacman}.get(here.manager, ())
    if not here.known or (not named and (apt or dnf or pacman)):
        return ()
    if here.manager == "dnf":
        # What a guide names itself may be what this one does not need.
        unneeded = {*Distribution("dnf").packages("extra-repository")} - {*here.packages("extra-repository")}
        named = tuple(name for name in named if name not in unneeded)
    return tuple(dict.fromkeys((*here.packages(*keys), *named)))


def conffiles(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Conffile` readings by comparing files with dpkg's checksums."""
    wanted = [reading for reading in readings if isinstance(reading, Conffile)]
    result = run_query(["dpkg-query", "-W", "-f", "${Conffiles}\n", *sorted({one.package for one in wanted})])
    sums = {words[0]: words[1] for line in lines_of(result.out) if len(words := line.split()) >= 2}
    return {one: _pristine(one.path, sums) for one in wanted}


def _pristine(path: str, sums: dict[str, str]) -> Any:
    if path not in sums:
        return None
    try:
        found = hashlib.md5(opening.read(path), usedforsecurity=False).hexdigest()
    except OSError:
        return False
    return found == sums[path]


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of packages with one `dpkg-query`."""
    wanted = list(readings)
    result = run_query(["dpkg-query", "-W", "-f", "${Package}\t${Version}\t${db:Status-Status}\n"])
    if result.status == 127:
        unknown = Unknown(_("packages are read through dpkg, which this host does not have"))
        return dict.fromkeys(wanted, unknown)
    installed: dict[str, str] = {}
    broken: list[str] = []
    for line in lines_of(result.out):
        name, version, status = line.split("\t")
        if status in ("installed", "triggers-pending", "triggers-awaited"):
            installed[name] = version
        elif status in ("unpacked", "half-installed", "half-configured"):
            broken.append(name)
    answers: dict[Reading[Any], Any] = {}
    for reading in wanted:
        if isinstance(reading, Package):
            answers[reading] = installed.get(reading.name)
        elif isinstance(reading, HalfInstalled):
            answers[reading] = tuple(broken) + (("dpkg",) if _interrupted() else ())
        else:
            answers[reading] = _lists_age()
    return answers


def _interrupted() -> bool:
    try:
        return any(name.isdigit() for name in opening.names(UPDATES))
    except OSError:
        return False


def _lists_age() -> float | None:
    try:
        lists = [LISTS / name for name in opening.names(LISTS) if "_Packages" in name]
        fetched = [opening.status(path).st_mtime for path in lists]
        stamp = LISTS.parent / "periodic" / "update-success-stamp"
        fetched += [opening.status(LISTS).st_mtime] if fetched else []
        if fetched and opening.exists(stamp):
            fetched.append(opening.status(stamp).st_mtime)
    except OSError:
        return None
    return max(0.0, time.time() - max(fetched)) if fetched else None
