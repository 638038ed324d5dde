"""The launcher as a file, and the project's own lock in it."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.launcher.place import (
    PROJECT,
    Place,
)


def test_launcher_is_executable_and_plain_shell() -> None:
    launcher = PROJECT / "jalon"
    assert launcher.stat().st_mode & 0o111 == 0o111
    assert launcher.read_text().startswith("#!/bin/sh\n")
    if shutil.which("shellcheck") is None:
        pytest.skip("no shellcheck here")
    run = subprocess.run(["shellcheck", str(launcher)], capture_output=True, text=True, check=False)
    assert run.stdout == ""


def test_the_projects_own_requirements(place: Place) -> None:
    """The lock, from the index this machine's pip uses."""
    lock = PROJECT / "requirements.txt"
    if not lock.exists():
        pytest.skip("no requirements.txt yet")
    (place.folder / "requirements.txt").write_text(lock.read_text())
    (place.folder / "wizard" / "cli.py").write_text("import jinja2, psutil, rich\ndef main() -> int: return 7\n")
    own = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or "proxy" in name.lower()}
    blank = dict.fromkeys(("PIP_CONFIG_FILE", "PIP_NO_INDEX", "PIP_FIND_LINKS"))
    online = place.with_variables(**{**blank, **own})
    process = online.popen()
    _, err = process.communicate(timeout=300)
    if "does not reach its package index" in err:
        pytest.skip("the package index cannot be reached")
    assert process.returncode == 7, err
