"""A guide that needs no root, whose defaults are enough, and whose instances keep their state themselves."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.unit.running import jalon

# None of these runs is told that it may do without root: the guide says so.


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where somebody lives."""
    return tmp_path


def own(home: Path, command: str, *words: str) -> CompletedProcess[str]:
    return jalon(command, "own", *words, env={"HOME": str(home), "XDG_STATE_HOME": None})


def applied(home: Path, *words: str) -> None:
    done = own(home, "apply", "--yes", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_need_be_answered(home: Path) -> None:
    assert own(home, "plan").returncode == 2
    assert list(home.iterdir()) == []
    applied(home)
    assert [one.name for one in home.iterdir()] == ["own"]
    assert {"plain", "hidden", "greeting", ".state"} <= {one.name for one in (home / "own").iterdir()}
    assert (home / "own/.state/secrets.toml").stat().st_mode & 0o777 == 0o600
    assert own(home, "plan").returncode == 0


def test_it_is_found_again_without_answers(home: Path) -> None:
    applied(home, "--set", "level=7")
    done = own(home, "verify", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["instance"] == str(home / "own")
    assert own(home, "plan").returncode == 0, "the level is remembered"


@pytest.mark.parametrize("words", [("--instance", "{}"), ("--set", "folder={}")])
def test_another_folder_is_found_by_its_name(home: Path, words: tuple[str, str]) -> None:
    other = str(home / "other")
    applied(home, "--set", f"folder={other}")
    assert own(home, "verify").returncode == 64, "there is none in the default folder"
    assert own(home, "verify", words[0], words[1].format(other)).returncode == 0


def test_another_place_for_the_state(home: Path) -> None:
    applied(home, "--state-dir", str(home / "states"))
    assert not (home / "own/.state").exists()
    assert own(home, "verify", "--state-dir", str(home / "states")).returncode == 0
    assert own(home, "verify").returncode == 64


def test_nothing_is_left_of_a_run_that_touched_nothing(home: Path) -> None:
    done = own(home, "apply", "--yes", "--set", "mood=blocked")
    assert done.returncode == 1
    assert list(home.iterdir()) == []


def test_undo_keeps_the_record_and_with_data_nothing(home: Path) -> None:
    applied(home)
    assert own(home, "undo", "--yes").returncode == 0
    assert (home / "own/.state/answers.toml").exists()
    applied(home)
    assert own(home, "undo", "--yes", "--with-data").returncode == 0
    assert list(home.iterdir()) == []


def test_what_somebody_else_put_there_stays(home: Path) -> None:
    applied(home)
    (home / "own/notes.txt").write_text("mine\n")
    assert own(home, "undo", "--yes", "--with-data").returncode == 0
    assert [one.name for one in (home / "own").iterdir()] == ["notes.txt"]


def test_removing_the_folder_forgets_it(home: Path) -> None:
    import shutil

    applied(home)
    shutil.rmtree(home / "own")
    assert own(home, "verify").returncode == 64
    assert own(home, "undo", "--yes").returncode == 64
