"""Every kind of file that a host may have of others, with the reader that meets it."""

from __future__ import annotations

from pathlib import Path

from tests.mutations.running import Kind
from wizard.base.ranges import may_satisfy, required_python, satisfies
from wizard.host import lockfile
from wizard.host.facts import Facts
from wizard.host.live import Live
from wizard.host.settings import SettingsAt


def _bytes(path: Path) -> bytes:
    """What `Content` hands on of a file."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size < 4 * 2**20 else b""
    except OSError:
        return b""


def _settings(folder: Path) -> object:
    return Live(facts=Facts()).read(SettingsAt(str(folder / "settings.py")))


def _lock(folder: Path) -> object:
    project, lock = _bytes(folder / "pyproject.toml"), _bytes(folder / "poetry.lock")
    wanted = required_python(project)
    found = [satisfies("3.11.2", wanted), may_satisfy("3.11", wanted)]
    try:
        return [*found, lockfile.mismatches(project, lock, {"django": "4.2.1"}, ("ldap",))]
    except (ValueError, KeyError):
        return found


KINDS = (
    Kind("settings", _settings),
    Kind("lock", _lock),
)
