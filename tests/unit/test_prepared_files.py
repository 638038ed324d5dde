"""What is laid ready for who types the rest: for nobody else, whole, and only where something changed."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.running import jalon
from tests.unit.support import HOSTILE, ME, bare
from tests.unit.walking import Yields, point
from wizard.answers.questions import Answers
from wizard.base.errors import NotWritable
from wizard.base.rendering import Text
from wizard.base.secret import Secret
from wizard.changes.change import Change, Typed
from wizard.changes.files import DirectoryMade, FileWritten, ModeSet
from wizard.changes.ran import Ran
from wizard.commands import prepared_folder
from wizard.commands.prepared_files import prepare
from wizard.commands.prepared_folder import make_private, remove_at_the_end
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Overlay, Sets
from wizard.walk.plan import PlannedStep, plan

SHELLS = [shell for shell in ("bash", "dash") if shutil.which(shell)]
PASSWORD = 'it\'s "quoted" $(id) `id` ; \\ % é #!'
# An answer with a control character is refused before it gets here.
SECRETS = [text for text in HOSTILE if text and all(ord(letter) > 31 and ord(letter) != 127 for letter in text)]

OK, PENDING, CANNOT_WRITE = 0, 2, 74


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    answers = tmp_path / "answers.toml"
    told = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    answers.write_text(f'folder = "{tmp_path}/made"\npassword = "{told}"\n')
    answers.chmod(0o600)
    return ("--answers", str(answers), "--state-dir", str(tmp_path / "state"))


def laid(folder: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    done = jalon("plan", "madeup", *words, "--lay", str(folder), "--format", "json")
    return done.returncode, json.loads(done.stdout or "{}"), done.stdout + done.stderr


def lines(planned: dict[str, Any]) -> list[str]:
    return [line for step in planned["steps"] for change in step["changes"] for line in change["lines"]]


def typed(shell: str, folder: Path, said: Sequence[str], env: dict[str, str] | None = None) -> str:
    """What these print, typed one after the other into a shell."""
    script = "\n".join(["umask 022", *said]) + "\n"
    done = subprocess.run([shell, "-e"], input=script.encode(), capture_output=True, timeout=30, check=False, env=env)
    assert (done.returncode, done.stderr) == (0, b""), script + done.stderr.decode()
    return done.stdout.decode()


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


class TestTheFolder:
    def test_it_is_removed_by_whoever_laid_it_and_nothing_else_is(self, tmp_path: Path, words: Sequence[str]) -> None:
        folder, other = tmp_path / "laid", tmp_path / "other"
        laid(folder, *words)
        other.mkdir(0o700)
        (other / "mine").touch()
        for place in (folder, other):
            assert jalon("plan", "madeup", *words, "--lay", str(place), "--away").returncode == 0
        assert not folder.exists()
        assert (other / "mine").exists()

    def test_it_is_removed_when_whoever_typed_from_it_has_gone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(prepared_folder, "LATECOMER", 0)
        monkeypatch.setattr("signal.signal", lambda number, handler: None)
        left, living, mine = (tmp_path / f"jalon-{one}-typed" for one in (2**22 + 1, os.getpid(), os.getppid()))
        for folder in (left, living, mine):
            make_private(folder)
            (folder / prepared_folder.SHELL).touch()
        reading, writing = os.pipe()
        with os.fdopen(reading) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            monkeypatch.setattr("builtins.print", lambda *said, **options: os.close(writing))
            remove_at_the_end(mine)
        assert [folder.exists() for folder in (left, living, mine)] == [False, True, False]

    def test_it_and_what_is_in_it_are_for_nobody_else(self, tmp_path: Path, words: Sequence[str]) -> None:
        old = os.umask(0)
        try:
            status, _plan, _said = laid(tmp_path / "new" / "ready", *words)
        finally:
            os.umask(old)
        assert status == PENDING
        assert stat.S_IMODE((tmp_path / "new/ready").stat().st_mode) == 0o700
        found = modes(tmp_path / "new/ready")
        assert {"shell", "index", "01-directory"} < set(found) and set(found.values()) == {0o600}

    def test_no_secret_is_in_what_is_printed(self, tmp_path: Path, words: Sequence[str]) -> None:
        _status, _plan, said = laid(tmp_path / "ready", *words)
        assert "quoted" not in said and "********" in said
        assert any("quoted" in path.read_text() for path in (tmp_path / "ready").iterdir())

    @pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
    def test_one_that_is_open_to_others_is_refused(self, tmp_path: Path, words: Sequence[str], mode: int) -> None:
        (tmp_path / "ready").mkdir()
        (tmp_path / "ready").chmod(mode)
        status, _plan, said = laid(tmp_path / "ready", *words)
        assert (status, modes(tmp_path / "ready")) == (CANNOT_WRITE, {})
        assert str(tmp_path / "ready") in said and "name another one" in said

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
    def test_one_of_somebody_else_is_refused(self, tmp_path: Path, words: Sequence[str]) -> None:
        (tmp_path / "ready").mkdir(mode=0o700)
        os.chown(tmp_path / "ready", 65534, 65534)
        assert laid(tmp_path / "ready", *words)[0] == CANNOT_WRITE
        assert modes(tmp_path / "ready") == {}

    def test_a_link_is_refused_wherever_it_leads(self, tmp_path: Path, words: Sequence[str]) -> None:
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        for target in ("elsewhere", "nowhere"):
            (tmp_path / "ready").unlink(missing_ok=True)
            (tmp_path / "ready").symlink_to(tmp_path / target)
            assert laid(tmp_path / "ready", *words)[0] == CANNOT_WRITE
        assert modes(tmp_path / "elsewhere") == {}

    def test_a_file_in_its_place_is_said_in_words(self, tmp_path: Path, words: Sequence[str]) -> None:
        (tmp_path / "ready").write_text("mine")
        status, _plan, said = laid(tmp_path / "ready", *words)
        assert status == CANNOT_WRITE and "ready" in said


class TestAgain:
    def test_nothing_that_is_unchanged_is_written(self, tmp_path: Path, words: Sequence[str]) -> None:
        folder = tmp_path / "ready"
        laid(folder, *words)
        before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}
        laid(folder, *words)
        assert before == {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}

    def test_what_changed_is(self, tmp_path: Path, words: Sequence[str]) -> None:
        folder = tmp_path / "ready"
        laid(folder, *words)
        before = {path.name: path.stat().st_ino for path in folder.iterdir()}
        laid(folder, *words, "--set", "level=7")
        after = {path.name: path.stat().st_ino for path in folder.iterdir()}
        changed = {name for name in after if after[name] != before[name]}
        assert len(changed) == 2 and not changed & {"shell", "index", "01-directory"}

    def test_without_it_there_are_no_lines(self, words: Sequence[str]) -> None:
        done = jalon("plan", "madeup", *words, "--format", "json")
        assert done.returncode == PENDING and lines(json.loads(done.stdout)) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_typed_in_order_nothing_is_left(tmp_path: Path, words: Sequence[str], shell: str) -> None:
    status, planned, _said = laid(tmp_path / "it's ready", *words)
    assert status == PENDING
    script = "\n".join(["umask 022", *lines(planned)]) + "\n"
    subprocess.run([shell, "-e"], input=script, text=True, check=True, capture_output=True, timeout=30)
    assert json.dumps(PASSWORD, ensure_ascii=False) in (tmp_path / "made/hidden").read_text()
    status, planned, _said = laid(tmp_path / "it's ready", *words)
    assert (status, lines(planned)) == (OK, [])


def planned(*changes: Change) -> list[PlannedStep]:
    return list(plan([point("one", [Yields(lambda host: iter(changes))])], bare()))


class Knows(Ran):
    """A change whose typed form reads a secret from its environment."""

    def typed(self) -> Sequence[Typed]:
        return (Typed('printf %s "$(printenv JALON_PASSWORD)"', self.user, secrets=(Secret("password", ""),)),)


def line_of(folder: Path, change: Change, secret: str, user: str) -> str:
    steps = planned(change)
    found = prepare(folder, steps, Answers({"password": Secret("password", secret)}), user)
    return found[id(steps[0].changes[0].typed[0])]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("secret", SECRETS)
class TestSecrets:
    def test_they_arrive_byte_for_byte(self, tmp_path: Path, shell: str, secret: str) -> None:
        folder = tmp_path / "ready"
        line = line_of(folder, Knows(("x",), "x", (), user="somebody"), secret, "somebody")
        assert typed(shell, folder, [line]) == secret
        # They are known to what reads them alone, and not to every program that is typed afterwards.
        assert typed(shell, folder, [line, "printenv JALON_PASSWORD || true"]) == secret

    @pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("runuser"), reason="only root becomes another user")
    def test_and_at_another_user(self, tmp_path: Path, shell: str, secret: str) -> None:
        folder = tmp_path / "ready"
        somebody = next(one.pw_name for one in pwd.getpwall() if one.pw_uid and Path(one.pw_dir).is_dir())
        line = line_of(folder, Knows(("x",), "x", (), user=somebody), secret, "root")
        assert typed(shell, folder, [line]) == secret


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("runuser"), reason="only root becomes another user")
@pytest.mark.parametrize("shell", SHELLS)
def test_as_another_user_means_that_one_s_home_and_mask(tmp_path: Path, shell: str) -> None:
    somebody = next(one for one in pwd.getpwall() if one.pw_uid and Path(one.pw_dir).is_dir())
    folder = tmp_path / "ready"
    words = ("sh", "-c", 'echo "$(id -un) $HOME $PWD $USER $(umask)"')
    line = line_of(folder, Ran(words, "x", (), user=somebody.pw_name), "s", "root")
    told = typed(shell, folder, ["umask 077; cd /", line, "pwd"])
    home = somebody.pw_dir
    assert told.split("\n") == [f"{somebody.pw_name} {home} {home} {somebody.pw_name} 0022", "/", ""]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("runuser"), reason="only root becomes another user")
def test_what_lies_in_a_folder_of_another_user_is_made_by_that_one(tmp_path: Path) -> None:
    somebody = next(one for one in pwd.getpwall() if one.pw_uid and Path(one.pw_dir).is_dir())
    group = grp.getgrgid(somebody.pw_gid).gr_name
    tmp_path.chmod(0o755)
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        os.chown(home, somebody.pw_uid, somebody.pw_gid)
        (home / "leads").symlink_to(tmp_path)
        owners = (somebody.pw_name, group)
        host = Overlay(BareHost(Facts(user="root")))
        host.lay([Sets(EntryAt(str(home)), Entry("directory", *owners))])
        changes: list[Change] = [
            DirectoryMade(f"{home}/it's", 0o750, *owners),
            FileWritten(f"{home}/it's/x", Text("content\n"), 0o640, *owners),
            ModeSet(f"{home}/it's/x", 0o600, 0o640),
        ]
        steps = list(plan([point("one", [Yields(lambda host: iter(changes))])], host))
        found = prepare(tmp_path / "ready", steps, Answers({}), "root")
        lines = [found[id(typed)] for planned in steps[0].changes for typed in planned.typed]
        typed("sh", tmp_path / "ready", lines)
        seen = (home / "it's/x").stat()
        assert (home / "it's/x").read_text() == "content\n"
        assert (seen.st_uid, stat.S_IMODE(seen.st_mode)) == (somebody.pw_uid, 0o600)
        assert stat.S_IMODE((home / "it's").stat().st_mode) == 0o750
        # Led elsewhere, root would have followed.
        changes = [FileWritten(f"{home}/leads/x", Text("x"), 0o640, *owners)]
        steps = list(plan([point("one", [Yields(lambda host: iter(changes))])], host))
        found = prepare(tmp_path / "ready", steps, Answers({}), "root")
        line = found[id(steps[0].changes[0].typed[0])]
        done = subprocess.run(["sh"], input=f"{line}\n", text=True, capture_output=True)
        assert done.returncode != 0 and not (tmp_path / "x").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_files_are_as_readable_as_where_jalon_makes_them(tmp_path: Path, shell: str) -> None:
    line = line_of(tmp_path / "ready", Ran(("sh", "-c", "umask"), "x", (), user=ME), "s", ME)
    script = f"umask 077\numask 022\n{line}\n"
    done = subprocess.run([shell], input=script, text=True, check=True, capture_output=True, timeout=30)
    assert done.stdout.strip() == "0022"


def test_a_line_that_fails_is_seen_to_fail(tmp_path: Path) -> None:
    for user in (ME, "root"):
        line = line_of(tmp_path / "ready", Ran(("sh", "-c", "exit 3"), "x", (), user=ME), "s", user)
        script = f"{line}\n"
        if user == ME or os.geteuid() == 0:
            assert subprocess.run(["bash"], input=script, text=True, check=False, timeout=30).returncode == 3


def test_a_script_keeps_its_number_when_what_is_before_it_was_typed(tmp_path: Path) -> None:
    one, two = (FileWritten(f"/{name}", Text(name), owner=ME, group=ME) for name in "ab")
    found = []
    for changes in ((one, two), (two,), (two, one)):
        steps = planned(*changes)
        lines = prepare(tmp_path / "ready", steps, Answers({}), ME)
        found += [lines[id(change.typed[0])].rpartition("/")[2] for change in steps[0].changes]
    assert found == ["01-file", "02-file", "02-file", "02-file", "01-file"]


class TestNames:
    def _names(self, folder: Path, *paths: str) -> list[str]:
        steps = planned(*(FileWritten(path, Text(path), owner=ME, group=ME) for path in paths))
        prepare(folder, steps, Answers({}), ME)
        return sorted(path.name for path in self._files(folder))

    def _files(self, folder: Path) -> list[Path]:
        return [one for one in folder.iterdir() if one.name not in ("shell", "index") and not one.name[:2].isdigit()]

    def test_each_file_has_one_of_its_own(self, tmp_path: Path) -> None:
        paths = ("/a/b-c", "/a-b/c", "/a/b/c", "/shell")
        assert len(self._names(tmp_path / "ready", *paths)) == len(paths)
        told = {path.read_text() for path in self._files(tmp_path / "ready")}
        assert told == set(paths)

    @pytest.mark.parametrize("path", ["/..", "/", "/" + "x" * 250, "/é à\n;$(id)", "/.profile", "/-rf"])
    def test_whatever_the_path_is(self, tmp_path: Path, path: str) -> None:
        (name,) = self._names(tmp_path / "ready", path)
        assert name.strip(".-") and len(name) < 200 and name.isascii()


def test_what_cannot_be_trusted_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "ready").mkdir()
    (tmp_path / "ready").chmod(0o755)
    with pytest.raises(NotWritable):
        prepare(tmp_path / "ready", [], Answers({"password": Secret("password", "x")}), ME)
    assert modes(tmp_path / "ready") == {}
