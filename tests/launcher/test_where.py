"""Where the environment lies, and what root refuses to start from."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.launcher.place import (
    NOBODY,
    Place,
    system_python,
)


@pytest.mark.parametrize("home", [None, "", "relative"])
def test_home_unset(place: Place, home: str | None) -> None:
    unset = place.with_variables(HOME=home)
    assert "HOME is not set" in unset.refused()
    assert "HOME n'est pas défini" in unset.with_variables(LANG="fr_FR.UTF-8").refused()


def test_home_not_writable(place: Place) -> None:
    closed = place.with_variables(HOME="/proc/nobody")
    assert "/proc/nobody/.local/share/jalon, which cannot be made or written" in closed.refused()


def test_xdg_data_home(place: Place) -> None:
    elsewhere = Path(place.variables["HOME"]) / "else where"
    other = place.with_variables(HOME=None, XDG_DATA_HOME=str(elsewhere))
    assert json.loads(other.start().stdout)["prefix"] == str(elsewhere / "jalon" / "environment")
    assert "HOME is not set" in place.with_variables(HOME=None, XDG_DATA_HOME="relative").refused()


def test_only_root_writes_where_root_starts_from(roots: Place) -> None:
    assert roots.facts(umask=0)["umask"] == 0
    for path in [roots.data, *roots.data.rglob("*")]:
        mode = path.lstat().st_mode
        inside = roots.environment / "pycache" in path.parents
        assert path.lstat().st_uid == 0
        assert stat.S_ISLNK(mode) or inside or not mode & 0o022, path
    assert roots.data.stat().st_mode & 0o777 == 0o755
    assert (roots.environment / "pycache").stat().st_mode & 0o777 == 0o700
    assert Path(f"{roots.environment}.lock").stat().st_mode & 0o777 == 0o600  # Or anybody could hold it.
    assert not list(Path(roots.variables["HOME"]).glob(".local"))


@pytest.mark.parametrize("which", ["data", "environment"])
@pytest.mark.parametrize("wrong", ["group", "others", "owner", "link"])
@pytest.mark.parametrize("whole", [True, False])
def test_root_refuses_what_others_write(roots: Place, which: str, wrong: str, whole: bool) -> None:
    path: Path = getattr(roots, which)
    kept = path.with_name("kept")
    content = roots.ready.read_bytes()
    if not whole:
        roots.ready.unlink()
    try:
        if wrong == "owner":
            os.chown(path, NOBODY, 0)
        elif wrong == "link":
            path.rename(kept)
            path.symlink_to(kept)
        else:
            path.chmod(0o775 if wrong == "group" else 0o757)
        said = roots.refused()
    finally:
        if path.is_symlink():
            path.unlink()
            kept.rename(path)
        os.chown(path, 0, 0)
        path.chmod(0o755)
        roots.ready.write_bytes(content)
    assert f"{path} belongs to somebody else than root, or others can write there" in said
    roots.facts()


def test_root_does_not_take_a_python_that_others_can_replace(roots: Place) -> None:
    theirs = roots.folder.parent / "theirs"
    theirs.mkdir()
    shutil.copy(Path(system_python()).resolve(), theirs / "python3")
    os.chown(theirs, NOBODY, NOBODY)
    content = roots.ready.read_bytes()
    roots.ready.unlink()
    try:
        said = roots.with_variables(PATH=f"{theirs}:{roots.folder.parent / 'tools'}").refused()
    finally:
        roots.ready.write_bytes(content)
    assert f"a Python that only root can replace, and {theirs / 'python3'} is not" in said
