"""Readings of checkouts whose owner is nobody."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from wizard.host import git
from wizard.host.git import CheckoutAt, Modified
from wizard.host.reading import Unknown


def test_the_modified_files_of_nobody_are_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.setattr(git, "user_name", lambda uid: "4321")
    [found] = git.status([Modified(str(tmp_path))]).values()
    assert isinstance(found, Unknown)
    assert "4321" in found.why and found.needs


@pytest.mark.parametrize(
    ("config", "packed", "origin"),
    [
        (b'[remote "origin"]\n\turl = https://h/r.git\n', b"", "https://h/r.git"),
        (b'[user]\n\tname = Fran\xe7ois\n[remote "origin"]\n\turl = https://h/r.git\n', b"", "https://h/r.git"),
        (b'[remote "origin"]\n\turl = https://labo:MDP@h/r.git\n', b"", "https://labo@h/r.git"),
        (b'[remote "origin"]\n\turl = x\n', b"c" * 40 + b" refs/heads/\xe9t\xe9\n", "x"),
        (b'[remote "origin"]\n\turl = "https://h/r.git\n', b"", None),
        (b'[remote "origin]\n\turl = x\n', b"", None),
    ],
    ids=["plain", "a byte of latin-1", "a password", "a branch in latin-1", "an open quote", "an open name"],
)
def test_odd_files_of_git_are_read_or_unknown(tmp_path: Path, config: bytes, packed: bytes, origin: str | None) -> None:
    folder = tmp_path / ".git"
    for name in ("objects", "refs"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    (folder / "config").write_bytes(config)
    (folder / "packed-refs").write_bytes(b"# pack-refs\n" + packed + b"d" * 40 + b" refs/heads/main\n")
    [found] = git.answer([CheckoutAt(str(tmp_path))]).values()
    if origin is None:
        assert isinstance(found, Unknown) and "git cannot read it" in found.why
    else:
        assert (found.origin, found.commit) == (origin, "d" * 40)
