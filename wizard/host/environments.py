"""Readings of Python environments, from their own folders."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host.reading import Reading, Unknown


class Environment(Value):
    """A virtual environment: its Python (`3.11.2`), the interpreter it was made from, what is installed, and when that
    changed last."""

    python: str
    home: str
    distributions: Mapping[str, str]
    changed: float = field(default=0.0, compare=False)


class EnvironmentAt(Reading["Environment | None"]):
    """The environment in a folder; None where there is none."""

    family: ClassVar[str] = "environments"
    path: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every environment that was asked for."""
    return {reading: _environment(reading.path) for reading in readings if isinstance(reading, EnvironmentAt)}


def _environment(path: str) -> Any:
    try:
        text = Path(path, "pyvenv.cfg").read_text()
        folders = list(Path(path, "lib").glob("python3.*/site-packages"))
        names = [entry.name for folder in folders for entry in folder.iterdir()]
        # Whatever pip brings or takes away is an entry of its own there.
        times = [folder.stat() for folder in folders]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Unknown(_("{path}: this user may not look there").format(path=path), needs="root")
    config = dict(re.findall(r"^(\S+)\s*=\s*(.+)$", text, re.MULTILINE))
    found = {}
    for name in names:
        if name.endswith(".dist-info"):
            project, _sign, version = name.removesuffix(".dist-info").partition("-")
            found[normalised(project)] = version
    python, home = config.get("version", config.get("version_info", "")), config.get("home", "")
    changed = max((max(one.st_mtime, one.st_ctime) for one in times), default=0.0)
    return Environment(str(python), str(home), found, changed)


def normalised(name: str) -> str:
    """A project's name as indexes compare it (PyPA, "Names and normalization")."""
    return re.sub(r"[-_.]+", "-", name).lower()


def poetry_folder(home: str, project: str, checkout: str, python: str) -> str:
    """Where Poetry puts the environment of a checkout (its manager's naming: project, a hash of the folder, Python)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(checkout.encode()).digest()).decode()[:8]
    name = re.sub(r'[ $`!*@"\\\r\n\t]', "_", project.lower())[:42]
    return f"{home}/.cache/pypoetry/virtualenvs/{name}-{digest}-py{python}"
