"""Instances that nobody told Jalon of: found where nothing says what is here, and taken over without a change."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.running import jalon
from tests.unit.test_schemas import held

SECRET = "t0ken-of-theirs"
OURS = "workers = 3\n"


class Place:
    """A folder that somebody filled by hand, and where states are kept."""

    def __init__(self, path: Path) -> None:
        self.state = path / "state"
        self.folder = path / "theirs"
        self.folder.mkdir()
        (self.folder / "plain").write_text("written by hand\n")
        self.found = f"theirs:{self.folder}"

    def run(self, verb: str, *words: str, found: str | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
        env = {"MADEUP_FOUND": self.found if found is None else found}
        return jalon(verb, "madeup", "--state-dir", str(self.state), *words, env=env, **{"root": True, **more})

    def seen(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.folder.iterdir()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


class TestFound:
    def test_verify_finds_it_and_says_so(self, place: Place) -> None:
        done = place.run("verify", "--format", "json")
        assert done.returncode in (0, 1), done.stderr
        assert json.loads(done.stdout)["instance"] == "theirs"
        assert "theirs was installed by hand" in done.stderr
        assert "not told by the host: level (only root may look there)" in " ".join(done.stderr.split())
        assert SECRET not in done.stdout + done.stderr
        assert not place.state.exists(), "looking leaves nothing behind"

    def test_of_several_one_must_be_chosen(self, place: Place) -> None:
        two = f"{place.found} other:{place.folder}"
        done = place.run("verify", found=two)
        assert (done.returncode, done.stdout) == (64, "")
        assert "there are several instances: theirs, other" in done.stderr
        assert place.run("verify", "--instance", "other", found=two).returncode in (0, 1)

    def test_one_that_is_not_here_is_not_made_up(self, place: Place) -> None:
        done = place.run("verify", "--instance", "nobody")
        assert done.returncode == 64
        assert "no instance `nobody` of madeup here, but theirs" in done.stderr

    def test_answers_that_were_given_need_no_search(self, place: Place, tmp_path: Path) -> None:
        (tmp_path / "answers.toml").write_text(f'folder = "{place.folder}"\n')
        done = place.run("verify", "--answers", str(tmp_path / "answers.toml"), found="never")
        assert done.returncode in (0, 1), done.stderr

    def test_an_answer_may_be_corrected(self, place: Place) -> None:
        done = place.run("adopt", "--set", "level=7", "--format", "json")
        answers = {one["key"]: one["value"] for one in json.loads(done.stdout)["answers"]}
        assert (answers["level"], answers["folder"]) == (7, str(place.folder))

    def test_what_changes_a_host_wants_it_taken_over_first(self, place: Place) -> None:
        done = place.run("apply", "--yes")
        assert (done.returncode, place.state.exists()) == (64, False)

    def test_they_are_listed(self, place: Place) -> None:
        data = held("instances", json.loads(place.run("instances", "--format", "json").stdout))
        assert data == [{"name": "theirs", "kept": False}]
        assert "jalon adopt madeup --instance theirs" in place.run("instances").stdout
        place.run("adopt")
        data = held("instances", json.loads(place.run("instances", "--format", "json").stdout))
        assert data == [{"name": "theirs", "kept": True}]


class TestTakenOver:
    def test_only_the_state_is_new(self, place: Place) -> None:
        before = place.seen()
        done = place.run("adopt", "--format", "json")
        assert done.returncode == 0, done.stderr
        data = held("adopt", json.loads(done.stdout))
        assert (data["instance"], data["already"]) == ("theirs", False)
        assert data["untold"] == [
            {"key": "level", "because": "only root may look there"},
            {"key": "password", "because": "only a hash is kept"},
        ]
        assert place.seen() == before
        assert SECRET not in done.stdout + done.stderr
        secrets = place.state / "madeup/theirs/secrets.toml"
        assert f'token = "{SECRET}"' in secrets.read_text()
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
        assert SECRET not in (place.state / "madeup/theirs/journal.jsonl").read_text()

    def test_it_is_told_in_words(self, place: Place) -> None:
        done = place.run("adopt")
        assert f'folder = "{place.folder}"' in done.stdout and "its settings" in done.stdout
        assert SECRET not in done.stdout

    def test_a_state_wins_and_nothing_is_searched(self, place: Place) -> None:
        place.run("adopt")
        assert place.run("verify", found="never").returncode in (0, 1)
        assert place.run("plan", found="never").returncode == 2

    def test_what_somebody_wrote_is_kept(self, place: Place) -> None:
        place.run("adopt")
        steps = json.loads(place.run("plan", "--format", "json").stdout)["steps"]
        changes = [(one["kind"], one["subject"]) for step in steps for one in step["changes"]]
        assert ("EditKept", f"{place.folder}/plain") in changes

    def test_a_secret_that_nobody_knows_is_not_made_anew(self, place: Place) -> None:
        place.run("adopt")
        assert place.run("apply", "--yes").returncode == 0
        assert 'password = ""' in (place.state / "madeup/theirs/secrets.toml").read_text()

    def test_a_secret_of_which_nothing_is_known_is_made_when_it_is_needed(self, place: Place) -> None:
        place.run("adopt", found=f"closed:{place.folder}")
        secrets = place.state / "madeup/closed/secrets.toml"
        assert "password" not in secrets.read_text()
        assert place.run("apply", "--yes").returncode == 0
        assert 'password = ""' not in secrets.read_text() and "password" in secrets.read_text()

    def test_an_undo_of_what_was_never_applied_changes_nothing_and_says_so(self, place: Place) -> None:
        place.run("adopt")
        journal = place.state / "madeup/theirs/journal.jsonl"
        before = (place.seen(), journal.read_text())
        for words in ((), ("--with-data",)):
            done = place.run("undo", "--yes", *words)
            assert done.returncode == 0
            assert "it stays as it is" in " ".join((done.stdout + done.stderr).split())
            assert (place.seen(), journal.read_text()) == before

    def test_that_somebody_else_installed_it_is_marked_for_all_to_see(self, place: Place) -> None:
        place.run("adopt")
        mark = place.state / "madeup/theirs/adopted"
        assert stat.S_IMODE(mark.stat().st_mode) == 0o644

    def test_an_undo_removes_nothing_that_was_there(self, place: Place) -> None:
        before = place.seen()
        place.run("adopt")
        assert place.run("undo", "--yes").returncode == 0
        assert place.seen() == before
        assert place.run("apply", "--yes").returncode == 0
        assert place.seen() != before
        assert place.run("undo", "--yes", "--with-data").returncode == 0
        assert place.seen() == before

    def test_a_second_time_does_nothing(self, place: Place) -> None:
        place.run("adopt")
        journal = (place.state / "madeup/theirs/journal.jsonl").read_text()
        done = place.run("adopt", "--instance", "theirs", "--format", "json")
        assert (done.returncode, held("adopt", json.loads(done.stdout))["already"]) == (0, True)
        assert (place.state / "madeup/theirs/journal.jsonl").read_text() == journal

    def test_where_none_is(self, place: Place) -> None:
        done = place.run("adopt", found="")
        assert (done.returncode, done.stdout) == (1, "")
        assert "no instance of madeup that was installed by hand was found here" in done.stderr
        done = place.run("adopt", "--instance", "nobody")
        assert done.returncode == 1 and "but theirs" in done.stderr

    def test_of_several_one_must_be_chosen(self, place: Place) -> None:
        done = place.run("adopt", found=f"{place.found} other:{place.folder}")
        assert (done.returncode, place.state.exists()) == (64, False)

    def test_an_answers_file_is_not_what_the_host_says(self, place: Place) -> None:
        assert place.run("adopt", "--answers", "/nowhere.toml").returncode == 64

    def test_it_takes_root(self, place: Place) -> None:
        import os

        become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") if os.geteuid() == 0 else ()
        done = place.run("adopt", root=False, become=become)
        assert done.returncode == 77, done.stderr


class TestNotOurs:
    @pytest.mark.parametrize("words", [(), ("--instance", "theirs")])
    def test_an_undo_says_that_jalon_did_not_make_it(self, place: Place, words: tuple[str, ...]) -> None:
        before = place.seen()
        done = place.run("undo", "--yes", *words)
        assert (done.returncode, done.stdout, place.seen()) == (64, "", before)
        assert "Jalon did not install theirs" in done.stderr and not place.state.exists()

    def test_nor_of_another_beside_one_that_is_jalons(self, place: Place) -> None:
        two = f"{place.found} other:{place.folder}"
        place.run("adopt", "--instance", "theirs", found=two)
        assert "Jalon did not install other" in place.run("undo", "--yes", "--instance", "other", found=two).stderr
        assert place.run("undo", "--yes", found=two).returncode == 0
