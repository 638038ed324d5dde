"""Readings of checkouts whose owner is nobody."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from wizard.host import git
from wizard.host.git import Modified
from wizard.host.reading import Unknown


def test_the_modified_files_of_nobody_are_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.setattr(git, "user_name", lambda uid: "4321")
    [found] = git.status([Modified(str(tmp_path))]).values()
    assert isinstance(found, Unknown)
    assert "4321" in found.why and found.needs
