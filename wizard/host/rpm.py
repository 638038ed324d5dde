"""Answers to the readings of packages on Red Hat's family, through rpm."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.host import opening
from wizard.host.children import CommandResult, run_query
from wizard.host.packages import Conffile, HalfInstalled, Package
from wizard.host.reading import Reading, Unknown

# With the names that each provides: `python3` may be provided by another package.
PACKAGES = ("rpm", "-q", "--whatprovides", "--qf", "%{NAME}\\t%{EVR}[\\t%{PROVIDENAME}]\\n", "--")
FILES = ("rpm", "-q", "-f", "--qf", "[%{FILENAMES}\\t%{FILEDIGESTS}\\n]", "--")
# Of dnf 4 and dnf 5.
CACHES = (Path("/var/cache/dnf"), Path("/var/cache/libdnf5"))
# Digest algorithms by the length of the digest in hexadecimal.
DIGESTS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of packages with one `rpm`.

    rpm records only complete installations, so that no package is ever half installed.
    """
    answers: dict[Reading[Any], Any] = {}
    wanted = []
    for reading in readings:
        if isinstance(reading, Package):
            wanted.append(reading)
        else:
            answers[reading] = () if isinstance(reading, HalfInstalled) else _lists_age()
    return answers | _packages(wanted) if wanted else answers


def _packages(wanted: list[Package]) -> dict[Reading[Any], Any]:
    result = run_query([*PACKAGES, *(one.name for one in wanted)])
    if unknown := _unknown(result):
        return dict.fromkeys(wanted, unknown)
    installed: dict[str, str] = {}
    provided: dict[str, str] = {}
    for name, version, *names in (line.split("\t") for line in lines_of(result.out) if "\t" in line):
        installed[name] = version
        provided.update(dict.fromkeys(names, version))
    return {one: installed.get(one.name, provided.get(one.name)) for one in wanted}


def conffiles(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Conffile` readings by comparing files with rpm's digests. The owning package is found by the path,
    because it differs between releases."""
    wanted = [reading for reading in readings if isinstance(reading, Conffile)]
    result = run_query([*FILES, *sorted({one.path for one in wanted})])
    if unknown := _unknown(result):
        return dict.fromkeys(wanted, unknown)
    sums = dict(line.split("\t") for line in lines_of(result.out) if line.count("\t") == 1)
    return {one: _pristine(one.path, sums) for one in wanted}


def _unknown(result: CommandResult) -> Unknown | None:
    """Return why rpm failed, or None; a package that is not installed is no failure, whatever the exit status."""
    if result.status == 127:
        return Unknown(_("packages are read through rpm, which this host does not have"))
    if result.status == 124 or "cannot open" in result.err:
        return Unknown(f"rpm: {result.tail}")
    return None


def _pristine(path: str, sums: dict[str, str]) -> bool | None:
    kept = sums.get(path)
    if not kept or len(kept) not in DIGESTS:
        return None
    try:
        return hashlib.new(DIGESTS[len(kept)], opening.read(path), usedforsecurity=False).hexdigest() == kept
    except OSError:
        return False


def _lists_age() -> float | None:
    """Return seconds since the newest repository metadata was fetched; None if there is none."""
    try:
        kept = [folder / name / "repodata/repomd.xml" for folder in CACHES for name in opening.names_if_there(folder)]
        fetched = [opening.status(path).st_mtime for path in kept if opening.exists(path)]
    except OSError:
        return None
    return max(0.0, time.time() - max(fetched)) if fetched else None
