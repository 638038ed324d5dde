"""Guides written for a test, and `jalon` looking for guides where a test put them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shutil import rmtree

import pytest

from tests.forkserver import ROOT, forked
from tests.unit.guide_folders import own_folder
from tests.unit.running import environment

WELL = """
from wizard.api import Checkpoint, Directory, Guide, Question

def questions():
    return [Question("folder", "Folder", "Where.", default=lambda a, f: "/srv/small")]

def checkpoints(a, facts, c):
    return [Checkpoint("ground", "Ground", "A folder.", steps=[Directory(a.folder, "root", "root")])]

GUIDE = Guide("NAME", lambda: "Small", lambda: "A small one", questions, checkpoints, root=False, api=1)
"""
# What an attacker wants root's Jalon to run: it leaves a mark.
EVIL = "import pathlib; pathlib.Path('{mark}').write_text('ran')\n"

ELSEWHERE = "tests.unit.guides.elsewhere"
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


def written(folder: Path, name: str, text: str = WELL) -> Path:
    """A guide in a folder of its own below `folder`."""
    place = folder / name
    place.mkdir(parents=True)
    (place / "__init__.py").write_text(text.replace("NAME", name))
    return place


def jalon(
    machine: Path,
    *words: str,
    env: Mapping[str, str | None] | None = None,
    flags: Sequence[str] = (),
    cwd: Path = ROOT,
) -> subprocess.CompletedProcess[str]:
    """`jalon WORDS` on a machine whose own guides lie in that folder; with `env` or `flags`, in an interpreter that is
    started for it. Never a traceback."""
    settings = environment(**(env or {}))
    run = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom {ELSEWHERE} import main\nsys.exit(main())\n"
    program = [sys.executable, *flags, "-c", run] if env or flags else forked(ELSEWHERE, settings)
    argv = [*program, str(machine), *words]
    done = subprocess.run(argv, env=settings, cwd=cwd, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr and "fault of Jalon's own" not in done.stderr, done.stderr
    return done


@pytest.fixture
def own() -> Iterator[Path]:
    """A folder that we and root alone may write."""
    made = own_folder()
    yield made
    rmtree(made)
