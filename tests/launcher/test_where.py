"""Where the environment lies, and what root refuses to start from."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
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


@pytest.fixture
def anew(roots: Place) -> Iterator[Place]:
    """Root's copy, which has to look for a Python at its next start."""
    content = roots.ready.read_bytes()
    roots.ready.unlink()
    yield roots
    roots.ready.write_bytes(content)


@pytest.fixture
def theirs(roots: Place) -> Iterator[Path]:
    """A folder of a user's, whose `python3` and other programs say that they were run."""
    folder = roots.folder.parent / "theirs"
    folder.mkdir()
    for name in ("python3", "python3.11", "ls", "readlink", "cat", "id", "env", "mkdir"):
        (folder / name).write_text(f'#!/bin/sh\n: >"{folder}/ran-$$"\nexec {system_python()} "$@"\n')
        (folder / name).chmod(0o755)
        os.chown(folder / name, NOBODY, NOBODY)
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def ran(folder: Path) -> list[Path]:
    return list(folder.glob("ran-*"))


def test_root_does_not_take_a_python_that_others_can_replace(anew: Place, theirs: Path) -> None:
    said = anew.with_variables(PATH=f"{theirs}:{anew.folder.parent / 'tools'}").refused()
    assert f"a Python that only root can replace, and {theirs / 'python3'} is not" in said
    assert not ran(theirs), "nor does root run it, to find that out"


@pytest.mark.parametrize("way", ["folder", "here", "link to it", "link in it", "shared"])
def test_root_runs_nothing_of_a_user_s_that_stands_first(anew: Place, theirs: Path, way: str) -> None:
    place = anew.folder.parent / f"first {way}"
    first, cwd = {
        "folder": (str(theirs), "/"),
        "here": ("", str(theirs)),
        "link to it": (str(place), "/"),
        "link in it": (str(place), "/"),
        "shared": (str(place), "/"),
    }[way]
    if way == "link to it":
        place.symlink_to(theirs)
    elif way == "link in it":
        place.mkdir()
        for program in theirs.iterdir():
            (place / program.name).symlink_to(program)
    elif way == "shared":
        shutil.copytree(theirs, place)
        place.chmod(0o1777)
    path = anew.variables["PATH"]
    started = anew.with_variables(PATH=f"{first}:{path}" if way != "here" else f".::{path}").start(cwd=cwd)
    assert json.loads(started.stdout)["prefix"] == str(anew.environment)
    assert not ran(theirs) and not ran(place)


def test_root_s_start_leaves_what_leads_to_a_user_s_files(roots: Place, theirs: Path) -> None:
    leading = {"HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PIP_CONFIG_FILE"}
    loading = {"PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "GIT_CONFIG_GLOBAL", "PGOPTIONS", "PGSERVICEFILE"}
    loading |= {"GCONV_PATH", "LOCPATH", "BASH_ENV", "ENV", "OPENSSL_CONF", "TEXTUAL_DRIVER", "SYSTEMD_PAGER"}
    given = dict.fromkeys(leading | loading, str(theirs))
    found = set(roots.with_variables(**given).facts()["environment"])
    assert not found & (leading | loading) - {"HOME"}
    kept = {"TMPDIR": str(roots.folder), "TERM": "xterm", "https_proxy": "http://proxy", "NO_COLOR": "1"}
    assert set(kept) <= set(roots.with_variables(**kept).facts()["environment"])
