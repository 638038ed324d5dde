"""Readings of the updates that wait: what an upgrade would install, and whether a restart is due."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host.children import run_query
from wizard.host.reading import Reading, Unknown

REBOOT = Path("/run/reboot-required")

INSTALLED = ["dpkg-query", "-W", "-f", "${db:Status-Want} ${db:Status-Status} ${binary:Package}\\n"]
POLICY = ["apt-cache", "policy"]
# apt keeps what it computes of its lists where it may: root takes a user who may not, and so finds what is kept and
# leaves it as it is. Where that user may not read the sources, root asks without what is kept, ten times slower.
CLOSED = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
UNKEPT = ["-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
PACKAGE = re.compile(r"^(?P<name>\S+):\n  Installed: (?P<has>.*)\n  Candidate: (?P<next>.*)\n", re.MULTILINE)


class PendingUpdates(Value):
    """The packages that an upgrade would bring, by name, and those among them that come as security updates."""

    packages: tuple[str, ...] = ()
    security: tuple[str, ...] = ()


class Updates(Reading[PendingUpdates]):
    """What waits by the package lists of this machine, which may be old; nothing is fetched."""

    family: ClassVar[str] = "updates"
    nothing: ClassVar[PendingUpdates] = PendingUpdates()


class RebootDue(Reading["tuple[str, ...] | None"]):
    """The packages that ask for a restart of the machine; None where none is due."""

    family: ClassVar[str] = "reboot"


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """What waits, by what apt would choose for each package that is installed and not held back."""
    return dict.fromkeys(readings, _waiting())


def reboot(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Whether a restart is due, by the file that packages leave."""
    return dict.fromkeys(readings, _reboot())


def _waiting() -> PendingUpdates | Unknown:
    installed = run_query(INSTALLED)
    names = [line.split()[2] for line in installed.out.splitlines() if line.startswith("install installed ")]
    result = run_query([*(CLOSED if os.geteuid() == 0 else ()), *POLICY, *names], deadline=30)
    if result.status and os.geteuid() == 0:
        result = run_query([*POLICY, *UNKEPT, *names], deadline=30)
    if 127 in (installed.status, result.status):
        return Unknown(_("updates are asked of apt-cache, which this host does not have"))
    if result.status or installed.status:
        return Unknown(f"apt-cache: {result.tail}")
    return parse(result.out)


def parse(text: str) -> PendingUpdates:
    """What `apt-cache policy` says: a package, what is installed, what would be, and where each version comes from."""
    waiting, security = [], []
    found = list(PACKAGE.finditer(text))
    for number, one in enumerate(found):
        if one["has"] == one["next"] or "(none)" in (one["has"], one["next"]):
            continue
        waiting.append(one["name"])
        table = text[one.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        comes = re.search(
            rf"^(?: \*\*\*|    ) {re.escape(one['next'])} .*\n(?P<from>(?:        .*\n)*)", table, re.MULTILINE
        )
        if comes and "security" in comes["from"].lower():
            security.append(one["name"])
    return PendingUpdates(tuple(waiting), tuple(security))


def _reboot() -> tuple[str, ...] | None:
    if not REBOOT.exists():
        return None
    try:
        named = Path(f"{REBOOT}.pkgs").read_text(errors="replace").split()
    except OSError:
        named = []
    return tuple(sorted(set(named)))
