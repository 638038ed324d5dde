"""What a person is told to type starts this Jalon, whether the shell knows it by its name or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.base.launcher import command_name


def test_the_path_is_said_where_the_name_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launcher, other, linked = (tmp_path / one / "jalon" for one in ("my checkout", "other", "linked"))
    for one in (launcher, other):
        one.parent.mkdir()
        one.write_text("#!/bin/sh\n")
        one.chmod(0o755)
    linked.parent.mkdir()
    linked.symlink_to(launcher)
    monkeypatch.setattr("sys.argv", [str(launcher)])
    for folder, said in ((tmp_path, f"'{launcher}'"), (other.parent, f"'{launcher}'"), (linked.parent, "jalon")):
        monkeypatch.setenv("PATH", str(folder))
        assert command_name() == said
    monkeypatch.setattr("sys.argv", ["/somewhere/pytest"])
    assert command_name() == "jalon"
