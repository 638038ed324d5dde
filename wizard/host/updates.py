"""Readings of pending updates, and of whether a reboot is required."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.reading import Reading, Unknown

REBOOT = Path("/run/reboot-required")

INSTALLED = ["dpkg-query", "-W", "-f", "${db:Status-Want} ${db:Status-Status} ${binary:Package}\\n"]
POLICY = ["apt-cache", "policy"]
# As root, apt-cache would rewrite its binary cache; as nobody it only uses it. If nobody may not read the sources, root
# runs it without the cache, ten times slower.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
WITHOUT_CACHE = ["-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
PACKAGE = pattern(r"^(?P<name>\S+):\n  Installed: (?P<has>.*)\n  Candidate: (?P<next>.*)\n", re.MULTILINE)


class PendingUpdates(Value):
    """The packages that an upgrade would install, and those among them that are security updates."""

    packages: tuple[str, ...] = ()
    security: tuple[str, ...] = ()


class Updates(Reading[PendingUpdates]):
    """The pending updates according to the present package lists, which may be old; nothing is fetched."""

    family: ClassVar[str] = "updates"
    nothing: ClassVar[PendingUpdates] = PendingUpdates()


class RebootDue(Reading["tuple[str, ...] | None"]):
    """The packages that require a reboot; None if none is required."""

    family: ClassVar[str] = "reboot"


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Updates` with apt's candidate for each installed package that is not on hold."""
    return dict.fromkeys(readings, _waiting())


def reboot(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `RebootDue` from /run/reboot-required."""
    return dict.fromkeys(readings, _reboot())


def _waiting() -> PendingUpdates | Unknown:
    installed = run_query(INSTALLED)
    names = [line.split()[2] for line in lines_of(installed.out) if line.startswith("install installed ")]
    result = run_query([*(AS_NOBODY if os.geteuid() == 0 else ()), *POLICY, *names], deadline=30)
    if result.status and os.geteuid() == 0:
        result = run_query([*POLICY, *WITHOUT_CACHE, *names], deadline=30)
    if 127 in (installed.status, result.status):
        return Unknown(_("updates are asked of apt-cache, which this host does not have"))
    if result.status or installed.status:
        return Unknown(f"apt-cache: {result.tail}")
    return parse(result.out)


def parse(text: str) -> PendingUpdates:
    """Parse the output of `apt-cache policy`; packages from a security archive are listed in `security` too."""
    waiting, security = [], []
    found = list(PACKAGE.finditer(text))
    for number, one in enumerate(found):
        if one["has"] == one["next"] or "(none)" in (one["has"], one["next"]):
            continue
        waiting.append(one["name"])
        table = text[one.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        if any("security" in archive.lower() for archive in _archives(table, one["next"])):
            security.append(one["name"])
    return PendingUpdates(tuple(waiting), tuple(security))


def _archives(table: str, version: str) -> Iterator[str]:
    """Yield the lines of the archives that a version of a package comes from, of its table of versions."""
    within = False
    for line in lines_of(table):
        if not line.startswith("        "):
            within = line[5:].startswith(f"{version} ")
        elif within:
            yield line


def _reboot() -> tuple[str, ...] | None:
    if not opening.exists(REBOOT):
        return None
    try:
        named = opening.text(f"{REBOOT}.pkgs").split()
    except OSError:
        named = []
    return tuple(sorted(set(named)))
