"""Answers on the disk: who may read what, and what a file that cannot be used is told."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from wizard.answers.file import load_given, load_saved, save
from wizard.answers.questions import LIST, NUMBER, SECRET, Answers, BadAnswers, Question
from wizard.base.errors import BadData
from wizard.base.secret import Secret
from wizard.commands.status import BAD_ANSWERS, status_of
from wizard.record.state import State

QUESTIONS = (
    Question("name", "Name"),
    Question("workers", "Workers", kind=NUMBER),
    Question("hosts", "Hosts", kind=LIST),
    Question("password", "Password", kind=SECRET),
)


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def file(tmp_path: Path, data: str | bytes, bits: int = 0o644) -> str:
    """An answers file."""
    path = tmp_path / "answers.toml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    path.chmod(bits)
    return str(path)


def refused(path: str) -> str:
    """Why a file is refused; the file is named."""
    with pytest.raises(BadAnswers) as caught:
        load_given(path, QUESTIONS)
    [(named, text)] = caught.value.errors
    assert named == path
    return text


class TestGiven:
    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file away")
    def test_what_is_another_s_is_not_even_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = file(tmp_path, 'name = "é"\n')
        os.chown(path, 65534, 65534)
        opened: list[object] = []
        monkeypatch.setattr(os, "open", lambda *given, **named: opened.append(given))
        assert "whose answers are not obeyed" in refused(path)
        assert opened == []

    def test_what_is_in_it(self, tmp_path: Path) -> None:
        assert load_given(file(tmp_path, 'name = "é"\nworkers = 2\nhosts = ["a"]\n'), QUESTIONS) == {
            "name": "é",
            "workers": 2,
            "hosts": ["a"],
        }

    @pytest.mark.parametrize("bits", [0o644, 0o640, 0o604])
    def test_one_with_a_secret_that_others_may_read_is_refused(self, tmp_path: Path, bits: int) -> None:
        text = refused(path := file(tmp_path, 'password = "s3cret"\n', bits))
        assert f"{bits:04o}" in text
        assert f"chmod 600 {path}" in text
        assert "s3cret" not in text

    @pytest.mark.parametrize("bits", [0o600, 0o400])
    def test_one_with_a_secret_for_its_owner_alone_is_taken(self, tmp_path: Path, bits: int) -> None:
        assert load_given(file(tmp_path, 'password = "s3cret"\n', bits), QUESTIONS)["password"] == "s3cret"

    def test_an_empty_secret_is_none(self, tmp_path: Path) -> None:
        assert load_given(file(tmp_path, 'password = ""\n', 0o644), QUESTIONS) == {"password": ""}

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        assert "No such file" in refused(str(tmp_path / "nothing.toml"))

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "directory" in refused(str(tmp_path))

    def test_one_that_is_not_utf8(self, tmp_path: Path) -> None:
        assert "UTF-8" in refused(file(tmp_path, 'name = "café"\n'.encode("latin-1")))

    def test_one_that_is_no_toml_says_at_which_line(self, tmp_path: Path) -> None:
        assert "line 2" in refused(file(tmp_path, 'name = "fine"\nworkers = \n'))

    def test_a_windows_editor_does_no_harm(self, tmp_path: Path) -> None:
        assert load_given(file(tmp_path, b'name = "a"\r\nworkers = 2\r\n'), QUESTIONS) == {"name": "a", "workers": 2}


class TestSaved:
    ANSWERS = Answers(
        {
            "name": 'it\'s "é" \\ {{ x }}',
            "workers": 2,
            "hosts": ("a", "b"),
            "password": Secret("password", 's3"cret\\'),
            "unused": Secret("unused", ""),
        }
    )

    def test_they_are_read_back_as_they_were(self, tmp_path: Path) -> None:
        save(state := State(tmp_path / "state"), self.ANSWERS)
        answers, secrets = load_saved(state)
        assert answers == {"name": 'it\'s "é" \\ {{ x }}', "workers": 2, "hosts": ["a", "b"]}
        assert secrets == {"password": 's3"cret\\', "unused": ""}, "an empty one is not made anew"

    def test_everybody_reads_the_answers_and_their_owner_alone_the_secrets(self, tmp_path: Path) -> None:
        before = os.umask(0o077)
        try:
            save(state := State(tmp_path / "state"), self.ANSWERS)
        finally:
            os.umask(before)
        assert mode(state.folder) == 0o755
        assert mode(state.answers) == 0o644
        assert mode(state.secrets) == 0o600
        assert mode(state.replaced) == 0o700

    def test_a_wide_umask_does_not_open_the_secrets(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            save(state := State(tmp_path / "state"), self.ANSWERS)
        finally:
            os.umask(before)
        assert (mode(state.answers), mode(state.secrets), mode(state.replaced)) == (0o644, 0o600, 0o700)

    def test_no_secret_is_among_the_answers(self, tmp_path: Path) -> None:
        save(state := State(tmp_path / "state"), self.ANSWERS)
        assert "s3" not in state.answers.read_text()

    def test_nothing_half_done_stays(self, tmp_path: Path) -> None:
        save(state := State(tmp_path / "state"), self.ANSWERS)
        save(state, self.ANSWERS)
        assert sorted(path.name for path in state.folder.iterdir()) == [
            "answers.toml",
            "replaced",
            "secrets.toml",
            "written",
        ]

    def test_a_state_that_was_never_kept_is_empty(self, tmp_path: Path) -> None:
        assert load_saved(State(tmp_path / "state")) == ({}, {})

    @pytest.mark.parametrize("name", ["answers", "secrets"])
    @pytest.mark.parametrize("data", [b"broken = ", "caf\xe9 = 1".encode("latin-1")])
    def test_a_damaged_one_stops_the_run_and_makes_no_secret_anew(self, tmp_path: Path, name: str, data: bytes) -> None:
        save(state := State(tmp_path / "state"), self.ANSWERS)
        path: Path = getattr(state, name)
        path.write_bytes(data)
        with pytest.raises(BadData, match="damaged") as caught:
            load_saved(state)
        assert status_of(caught.value) == BAD_ANSWERS
        assert str(path) in caught.value.lines[0]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user who may not read them")
    def test_without_the_right_to_read_them_there_are_no_secrets(self, tmp_path: Path) -> None:
        state = State(Path("/tmp") / f"jalon-{tmp_path.name}-{os.getpid()}")  # nobody may not enter pytest's folder
        try:
            save(state, self.ANSWERS)
            os.seteuid(65534)
            try:
                answers, secrets = load_saved(state)
            finally:
                os.seteuid(0)
        finally:
            shutil.rmtree(state.folder)
        assert answers["workers"] == 2
        assert secrets == {}
