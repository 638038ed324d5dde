"""`jalon` as a command of this machine: asked for, written down, never for what somebody else may change."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from wizard import shell_name
from wizard.cli import main
from wizard.guides.trust import Untrusted
from wizard.host.owners import others_may_write

NEEDS_ROOT = 77
CANNOT = 74


class Place:
    """A machine of which only these two folders are known; everything in it is trusted unless a test says otherwise."""

    def __init__(self, folder: Path) -> None:
        self.link = folder / "bin/jalon"
        self.record = folder / "var/command.json"
        self.launcher = folder / "copy/jalon"
        for one in (self.link, self.record, self.launcher):
            one.parent.mkdir()
        self.launcher.write_text("#!/bin/sh\n")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    found = Place(tmp_path)
    for name, value in (("PLACE", found.link), ("RECORD", found.record), ("LAUNCHER", found.launcher)):
        monkeypatch.setattr(shell_name, name, value)
    for name in ("untrusted", "untrusted_way"):
        monkeypatch.setattr(shell_name, name, lambda _path, _user: None)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return found


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a folder that is root's")


@as_root
def test_it_is_made_and_taken_away(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert not shell_name.linked()
    assert main(["link"]) == 0
    assert f"{place.link} leads to {place.launcher}" in capsys.readouterr().out
    assert place.link.readlink() == place.launcher and shell_name.linked()
    assert json.loads(place.record.read_text())["target"] == str(place.launcher)
    assert main(["link"]) == 0, "once more changes nothing"
    assert main(["link", "--remove"]) == 0
    assert not place.link.is_symlink() and not place.record.exists() and place.launcher.exists()
    assert main(["link", "--remove"]) == 0, "nor does this"


@as_root
def test_another_copy_takes_the_name_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["link"]) == 0
    other = place.launcher.with_name("other")
    other.touch()
    monkeypatch.setattr(shell_name, "LAUNCHER", other)
    assert main(["link"]) == 0 and place.link.readlink() == other


@pytest.mark.parametrize("what", ["file", "link", "dangling", "folder"])
def test_what_somebody_else_put_there_stays(place: Place, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    if what == "file":
        place.link.write_text("mine")
    elif what == "folder":
        place.link.mkdir()
    else:
        # Also one to this very launcher: a person made it.
        place.link.symlink_to(place.launcher if what == "link" else "/nowhere/jalon")
    for words in (["link"], ["link", "--remove"]):
        assert main(words) == CANNOT
        assert "Jalon has not made it" in capsys.readouterr().err
    assert place.link.is_symlink() or place.link.exists()
    assert not place.record.exists()


def test_a_copy_that_others_may_change_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def untrusted(path: Path, user: int) -> Untrusted:
        asked.append((path, user))
        return Untrusted(path, f"{path} belongs to alice, who could put other code there", "look")

    monkeypatch.setattr(shell_name, "untrusted", untrusted)
    assert main(["link"]) == CANNOT
    said = capsys.readouterr().err
    assert "belongs to alice" in said and f"copy {place.launcher.parent} to a folder where only root writes" in said
    assert asked == [(place.launcher.parent, 0)], "the whole copy, as root sees it"
    assert not place.link.is_symlink() and not place.record.exists()


def test_a_folder_for_the_link_that_others_may_write_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shell_name, "untrusted_way", lambda path, _user: Untrusted(path, "others may write it", ""))
    assert main(["link"]) == CANNOT
    assert "could exchange the link" in capsys.readouterr().err
    assert not place.link.is_symlink()


def test_the_real_judgement_sees_a_writable_copy(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the other tests pretend: this one lies below a folder in which all may write."""
    monkeypatch.undo()
    monkeypatch.setattr(shell_name, "LAUNCHER", place.launcher)
    monkeypatch.setattr(shell_name, "PLACE", Path("/usr/local/bin/jalon-that-is-not-there"))
    place.launcher.chmod(0o777)
    assert others_may_write(place.launcher.stat())
    assert any("root alone can change" in text or "not root's alone" in text for text in shell_name.hindrance())


def test_what_pip_installed_has_its_commands(place: Place) -> None:
    place.launcher.unlink()
    assert "by pip" in shell_name.hindrance()[0]


def test_it_takes_root(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert main(["link"]) == NEEDS_ROOT
    assert "sudo" in capsys.readouterr().err and not place.link.is_symlink()
