"""Copies of Jalon to start from, shared where that spares the making of an environment."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher.place import (
    ENGLISH,
    NOBODY,
    ROOT,
    Place,
    build,
)


@pytest.fixture
def root() -> Iterator[Path]:
    # Not tmp_path: what lies above it is closed to nobody.
    folder = Path(tempfile.mkdtemp(prefix="jalon-launcher-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def place(root: Path) -> Place:
    """A copy never started before."""
    return build(root, NOBODY if ROOT else None)


@pytest.fixture(scope="session")
def made() -> Iterator[Place]:
    """A copy whose environment is made: for the tests that leave it as it is."""
    folder = Path(tempfile.mkdtemp(prefix="jalon-launcher-"))
    place = build(folder, NOBODY if ROOT else None)
    run = place.start("first")
    assert ENGLISH in run.stderr and "waystone" in run.stderr
    assert json.loads(run.stdout)["arguments"] == ["first"]
    yield place
    shutil.rmtree(folder)


@pytest.fixture
def stale(made: Place) -> Iterator[Place]:
    """The same, for the tests that make it anew: what they change of the copy is put back."""
    requirements = made.folder / "requirements.txt"
    text = requirements.read_text()
    yield made
    requirements.write_text(text)
    made.start()


@pytest.fixture(scope="session")
def roots() -> Iterator[Place]:
    """Root's copy, its environment made under the most careless umask."""
    if not ROOT:
        pytest.skip("needs root")
    folder = Path(tempfile.mkdtemp(prefix="jalon-launcher-"))
    place = build(folder, None)
    place.start(umask=0)
    yield place
    shutil.rmtree(folder)
