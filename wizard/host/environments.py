"""Readings of Python virtual environments, from their files."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from wizard.base.values import Value, field
from wizard.host import opening
from wizard.host.reading import Reading


class Environment(Value):
    """A virtual environment: its Python version (`3.11.2`), the folder of its base interpreter, the installed versions
    by project, and when those last changed, in seconds since the epoch. `libraries` are the Pythons (`3.11`) for which
    it has modules."""

    python: str
    home: str
    distributions: Mapping[str, str]
    changed: float = field(default=0.0, compare=False)
    libraries: tuple[str, ...] = ()


class EnvironmentAt(Reading["Environment | None"]):
    """The virtual environment in a folder; None if there is none."""

    family: ClassVar[str] = "environments"
    path: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `EnvironmentAt`."""
    return {reading: _environment(reading.path) for reading in readings if isinstance(reading, EnvironmentAt)}


def _environment(path: str) -> Any:
    try:
        text = opening.text(f"{path}/pyvenv.cfg", 2**16)
        found = [
            f"{path}/lib/{name}/site-packages"
            for name in opening.names_if_there(f"{path}/lib")
            if name.startswith("python3.")
        ]
        folders = [folder for folder in found if opening.is_folder(folder)]
        names = [name for folder in folders for name in opening.names(folder)]
        # pip adds and removes entries of these folders, which changes their times.
        times = [opening.status(folder, follow=True) for folder in folders]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(path, error)
    config = dict(re.findall(r"^(\S+)\s*=\s*(.+)$", text, re.MULTILINE))
    distributions = {}
    for name in names:
        if name.endswith(".dist-info"):
            project, _sign, version = name.removesuffix(".dist-info").partition("-")
            distributions[normalised(project)] = version
    python, home = config.get("version", config.get("version_info", "")), config.get("home", "")
    changed = max((max(one.st_mtime, one.st_ctime) for one in times), default=0.0)
    libraries = tuple(PurePosixPath(folder).parent.name.removeprefix("python") for folder in folders)
    return Environment(str(python), str(home), distributions, changed, libraries)


def normalised(name: str) -> str:
    """Normalise a project name (PyPA specifications, "Names and normalization")."""
    return re.sub(r"[-_.]+", "-", name).lower()


def poetry_folder(home: str, project: str, checkout: str, python: str) -> str:
    """Return the folder of Poetry's environment for a checkout, named by project, hash of the folder, and Python
    (Poetry's `EnvManager.generate_env_name`)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(checkout.encode()).digest()).decode()[:8]
    name = re.sub(r'[ $`!*@"\\\r\n\t]', "_", project.lower())[:42]
    return f"{home}/.cache/pypoetry/virtualenvs/{name}-{digest}-py{python}"
