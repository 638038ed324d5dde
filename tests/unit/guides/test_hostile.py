"""Guides that do their worst while they load or are listed: each is named, the others work, and nothing waits."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.guides.outside import WELL, jalon, own, root, written
from wizard.authoring import skeleton
from wizard.guides import registry

__all__ = ["own"]
NOBODY = 65534
TITLE = 'lambda: "Small"'

BROKEN = {
    "base": "class End(BaseException): pass\nraise End('over')\n",
    "generator": "raise GeneratorExit\n",
    "speechless": "class Mute(Exception):\n def __str__(self): raise OSError\nraise Mute\n",
    "unnamed": WELL.replace(TITLE, "lambda: 7"),
    "leaving": WELL.replace(TITLE, "lambda: exit(3)"),
    "looping": "while True: pass\n",
    "swallowing": "while True:\n try:\n  while True: pass\n except Exception: pass\n",
    "entitled": WELL.replace(TITLE, "lambda: [1 for _ in iter(int, 1)] and ''"),
}


@pytest.fixture
def machine(own: Path) -> Path:
    """A folder of guides, one of which works."""
    written(own / "machine", "small")
    return own / "machine"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.guides.outside.ELSEWHERE", "tests.unit.guides.elsewhere_soon")


@pytest.mark.parametrize("name", BROKEN)
def test_one_that_breaks_is_named_and_the_others_work(machine: Path, name: str) -> None:
    written(machine, name, BROKEN[name])
    done = jalon(machine, "guides")
    assert done.returncode == 0, done.stderr
    assert "A small one" in done.stdout
    assert f"{name}" in done.stdout
    assert "cannot be used" in done.stdout or "other guides work" in done.stdout


@pytest.mark.parametrize("later", ["raise OSError", "exit(3)", "return 7", "return '\\x1b]0;x'"])
def test_a_title_that_breaks_later_leaves_the_list(machine: Path, later: str) -> None:
    title = f"def title(said=[]):\n if said: {later}\n said.append(1)\n return 'Small'\n"
    written(machine, "late", title + WELL.replace(TITLE, "title"))
    for format in ("text", "json"):
        done = jalon(machine, "guides", "--format", format)
        assert done.returncode == 0, done.stderr
        assert "A small one" in done.stdout
        assert "late" in done.stdout
        assert "\x1b" not in done.stdout


def test_a_title_cannot_command_the_terminal(machine: Path) -> None:
    written(machine, "loud", WELL.replace(TITLE, r"lambda: 'Sm\x1b]0;owned\x07all\u202e'"))
    done = jalon(machine, "guides", "--format", "json")
    assert r"Sm\x1b]0;owned\x07all\u202e" in {one["title"] for one in json.loads(done.stdout)}


@root
def test_a_folder_that_may_not_be_entered_hides_no_other(machine: Path, own: Path) -> None:
    """For an ordinary user; root may enter all."""
    (own / "closed").mkdir()
    (own / "closed/inside").mkdir()
    (machine / "closed").symlink_to(own / "closed/inside")
    (own / "closed").chmod(0o700)
    os.seteuid(NOBODY)
    try:
        found = [one.name for one in registry._in_folder(machine)]
        nothing = [*registry._in_folder(own / "closed/inside")]
    finally:
        os.seteuid(0)
    assert found == ["closed", "small"]
    assert nothing == []


@root
def test_what_is_in_a_folder_of_somebody_else_is_not_listed(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their file system might never answer."""
    place = written(own / "home", "theirs")
    os.chown(own / "home", NOBODY, NOBODY)
    for name in ("iterdir", "is_dir", "is_file"):
        monkeypatch.setattr(Path, name, lambda path: pytest.fail(f"looked at {path}"))
    for folder in (own / "home", place):
        monkeypatch.setattr(registry, "_tried", folder)
        assert [one.name for one in registry._in_folder(folder)] == [folder.name]
    monkeypatch.undo()
    done = jalon(own / "home", "guides")
    assert done.returncode == 0 and "could put other code there" in done.stdout


def test_an_entry_point_that_names_no_module_is_named(machine: Path, own: Path) -> None:
    metadata = own / "packages/odd-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[jalon.guides]\nodd = ../../odd\n")
    done = jalon(machine, "guides", env={"PYTHONPATH": os.pathsep.join((str(ROOT), str(own / "packages")))})
    assert done.returncode == 0, done.stderr
    assert "A small one" in done.stdout
    assert "odd" in done.stdout


class TestCheck:
    @root
    def test_nothing_of_somebody_else_s_is_opened(self, machine: Path, own: Path) -> None:
        """Not even read: a pipe would wait for ever, a template is computed as it is compiled."""
        place = written(own / "home", "theirs")
        (place / "templates").mkdir()
        (place / "templates/heavy").write_text("{{ 9**9**9 }}")
        os.mkfifo(place / "more.py")
        for one in (own / "home", place, *place.rglob("*")):
            os.chown(one, NOBODY, NOBODY)
        done = jalon(machine, "guide", "check", str(place))
        assert done.returncode == 1
        assert "could put other code there" in done.stdout
        assert "1 fault" in done.stdout

    @pytest.mark.parametrize("name", ["more.py", "locale/fr/LC_MESSAGES/messages.po", "templates/page", "cases/a.toml"])
    def test_what_is_no_file_is_refused(self, machine: Path, name: str) -> None:
        (machine / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(machine / "small" / name)
        done = jalon(machine, "guide", "check", str(machine / "small"))
        assert done.returncode == 1
        assert name in done.stdout

    def test_names_that_are_no_text(self, machine: Path) -> None:
        (machine / "small/templates").mkdir()
        Path(os.fsdecode(bytes(machine / "small/templates/\x1b") + b"\xff")).write_bytes(b"{% \xff")
        done = jalon(machine, "guide", "check", str(machine / "small"), "--format", "json")
        assert json.loads(done.stdout)["faults"]
        done = jalon(machine, "guide", "check", str(machine / "small"))
        assert done.returncode == 1
        assert "\x1b" not in done.stdout


class TestNew:
    def test_links_put_there_meanwhile_lead_nowhere(self, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody who may write the folder above puts another in the new one's place as soon as it is there."""
        (own / "home").mkdir()
        (own / "victim").mkdir()
        (own / "victim/__init__.py").write_text("kept")
        real = os.mkdir

        def swapped(path: str | Path, *given: int, **named: int) -> None:
            real(path, *given, **named)
            if Path(path).name == "notes":
                (own / "home/notes").rename(own / "home/old")
                (own / "home/notes").symlink_to(own / "victim")

        monkeypatch.setattr(os, "mkdir", swapped)
        with pytest.raises(Exception, match="notes"):
            skeleton.write("notes", own / "home")
        assert [*(own / "victim").iterdir()] == [own / "victim/__init__.py"]
        assert (own / "victim/__init__.py").read_text() == "kept"
