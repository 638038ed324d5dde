"""Compare an environment with a Poetry lock file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.base.language import _
from wizard.base.toml import loads, table, texts
from wizard.host.environments import normalised


def mismatches(
    pyproject: bytes,
    lock: bytes,
    installed: Mapping[str, str],
    extras: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Return the project's direct requirements that are not installed at their locked version, described as
    `django 4.2.1, locked 4.2.30` or `gunicorn missing, locked 23.0.0`. Requirements with markers and those in
    `left_out` are ignored. Raises `ValueError` for a file that cannot be understood."""
    locked = _locked(loads(lock.decode()).get("package", ()))
    found = []
    for name in sorted(set(_direct(loads(pyproject.decode()), extras)) - set(left_out)):
        wanted, present = locked.get(name, ()), installed.get(name)
        if wanted and present not in wanted:
            found.append(f"{name} {present or 'missing'}, locked {' / '.join(wanted)}")
    return tuple(found)


def _locked(packages: Any) -> dict[str, tuple[str, ...]]:
    """Return the locked versions of each project; several if they differ by Python or platform. Packages with markers
    other than extras may rightly be absent and are skipped."""
    found: dict[str, tuple[str, ...]] = {}
    for one in packages if isinstance(packages, list) else ():
        if not isinstance(one, Mapping) or not {"name", "version"} <= one.keys():
            raise ValueError(_("a package in the lock has no name, or no version"))
        name = normalised(str(one["name"]))
        if re.sub(r"extra\s*==|\b(?:and|or)\b|'[^']*'|\"[^\"]*\"|[\s()]", "", str(one.get("markers", ""))):
            continue
        found[name] = (*found.get(name, ()), str(one["version"]))
    return found


def _direct(project: Mapping[str, Any], extras: tuple[str, ...]) -> Iterator[str]:
    offered = table(project, "tool", "poetry", "extras")
    wanted = {normalised(name) for extra in extras for name in texts(offered.get(extra))}
    for name, requirement in table(project, "tool", "poetry", "dependencies").items():
        if normalised(name) == "python" or isinstance(requirement, list):
            continue
        if isinstance(requirement, Mapping):
            if "markers" in requirement or "python" in requirement or "platform" in requirement:
                continue
            if requirement.get("optional") and normalised(name) not in wanted:
                continue
        yield normalised(name)
