"""What the tests of the practice instance share."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.maquette.home import Home


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    # A socket's path must be short.
    found = Home(tmp_path_factory.mktemp("t"))
    yield found
    with suppress(subprocess.CalledProcessError):
        found.terminal.close()
    undo = [str(found.program), "undo", "maquette", "--yes", "--with-data"]
    env = {"HOME": str(found.folder), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    subprocess.run(undo, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
