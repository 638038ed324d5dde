"""Answers to the readings of packages on Arch Linux and its like, through pacman and its database."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wizard.base.language import _
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.packages import Conffile, HalfInstalled, Package
from wizard.host.reading import Reading, Unknown

# What is installed, a line with its version each; a line between; what nothing that is installed is or provides (-T).
ASKS = 'command -v pacman >/dev/null || exit 126; pacman -Q; echo -; pacman -T -- "$@"; true'
DATABASE, LISTS = Path("/var/lib/pacman/local"), Path("/var/lib/pacman/sync")


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of packages with one child. pacman writes a package down once it is whole, so that none is
    ever half installed."""
    answers: dict[Reading[Any], Any] = {}
    wanted = []
    for reading in readings:
        if isinstance(reading, Package):
            wanted.append(reading)
        else:
            answers[reading] = () if isinstance(reading, HalfInstalled) else _lists_age()
    return answers | _packages(wanted) if wanted else answers


def _packages(wanted: list[Package]) -> dict[Reading[Any], Any]:
    result = run_query(["sh", "-c", ASKS, "sh", *(one.name for one in wanted)])
    if result.status == 126:
        return dict.fromkeys(wanted, Unknown(_("packages are read through pacman, which this host does not have")))
    if result.status or "error:" in result.err:
        return dict.fromkeys(wanted, Unknown(f"pacman: {result.tail}"))
    listed, _line, without = f"\n{result.out}".partition("\n-\n")
    installed = {words[0]: words[1] for line in listed.split("\n") if len(words := line.split()) == 2}
    missing = {*without.split()}
    # What another package provides has no version of its own.
    return {one: installed.get(one.name, None if one.name in missing else "") for one in wanted}


def conffiles(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Conffile` readings by comparing files with the sums of pacman's database (`backup` of a package)."""
    wanted = [reading for reading in readings if isinstance(reading, Conffile)]
    try:
        # `nginx-1.28.0-2`: the name, which may have hyphens, the version and the release.
        folders = {name.rsplit("-", 2)[0]: name for name in opening.names(DATABASE)}
    except OSError as error:
        return dict.fromkeys(wanted, Unknown(f"pacman: {error}"))
    return {one: _pristine(one, folders.get(one.package, "")) for one in wanted}


def _pristine(one: Conffile, folder: str) -> bool | None:
    try:
        text = opening.text(DATABASE / folder / "files") if folder else ""
        kept = dict(line.split("\t") for line in text.split("\n") if line.count("\t") == 1).get(one.path.lstrip("/"))
        if kept is None:
            return None
        return hashlib.md5(opening.read(one.path), usedforsecurity=False).hexdigest() == kept
    except OSError:
        return False


def _lists_age() -> float | None:
    """Return seconds since the newest list of packages was fetched; None if there is none."""
    try:
        fetched = [
            opening.status(LISTS / name).st_mtime for name in opening.names_if_there(LISTS) if name.endswith(".db")
        ]
    except OSError:
        return None
    return max(0.0, time.time() - max(fetched)) if fetched else None
