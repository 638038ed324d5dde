"""The only place that changes a machine: programs, files, and whose hands they are touched with."""

from __future__ import annotations

import errno
import os
import pwd
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.support import HOSTILE, ME, MY_GROUP, machine
from wizard import carry_out
from wizard.base.secret import Secret
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.host import children
from wizard.host.children import as_user
from wizard.record.lock import acquire, held_for, orphans
from wizard.record.state import State

NOBODY = pwd.getpwnam("nobody")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for another user")
never_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


@pytest.fixture
def said() -> list[str]:
    """The lines that programs print."""
    return []


@pytest.fixture
def hands(tmp_path: Path, said: list[str]) -> Iterator[Machine]:
    """This machine, its state out of the way."""
    made = machine(tmp_path / "state", said)
    yield made
    made.close()


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.lstat().st_mode)


def put(hands: Machine, path: Path, data: bytes = b"ours", bits: int = 0o644) -> None:
    """Writes a file as ourselves."""
    hands.write(str(path), data, mode=bits, owner=ME, group=MY_GROUP)


class TestPrograms:
    def test_lines_go_out_as_they_come_and_all_of_them_come_back(self, hands: Machine, said: list[str]) -> None:
        assert hands.run(("printf", "one\\ntwo\\n")) == "one\ntwo"
        assert said == ["one", "two"]

    def test_both_streams_are_heard(self, hands: Machine, said: list[str]) -> None:
        hands.run(("sh", "-c", "echo out; echo err >&2"))
        assert sorted(said) == ["err", "out"]

    def test_progress_that_is_redrawn_is_a_line_a_state(self, hands: Machine, said: list[str]) -> None:
        hands.run(("printf", "10%%\\r20%%\\rdone\\n"))
        assert said == ["10%", "20%", "done"]

    def test_a_last_line_without_an_end_is_heard(self, hands: Machine, said: list[str]) -> None:
        assert hands.run(("printf", "one\\ntwo")) == "one\ntwo"

    def test_a_lot_of_output_arrives_whole_and_in_order(self, hands: Machine) -> None:
        assert hands.run(("seq", "20000")).splitlines() == [str(number) for number in range(1, 20001)]

    def test_output_that_is_no_utf8_does_no_harm(self, hands: Machine) -> None:
        assert "\ufffd" in hands.run(("printf", "caf\\351\\n"))

    def test_a_line_is_told_before_the_program_ends(self, tmp_path: Path) -> None:
        told = tmp_path / "told"
        hands = Machine(State(tmp_path), lambda line: told.touch())
        # It goes on only once its line was told.
        hands.run(("sh", "-c", f"echo first; until [ -e {told} ]; do sleep 0.02; done"), deadline=120)

    @pytest.mark.parametrize("unread", [True, False])
    def test_one_that_may_go_on_unread_has_no_need_of_a_reader(self, hands: Machine, unread: bool) -> None:
        said = hands.run(("grep", "SigIgn", "/proc/self/status"), unread=unread)
        ignored = int(said.split()[1], 16) >> (signal.SIGPIPE - 1) & 1
        assert bool(ignored) is unread

    def test_words_reach_the_program_as_they_are(self, hands: Machine) -> None:
        words = [text for text in HOSTILE if "\0" not in text]
        script = "import sys; print(ascii(sys.argv[1:]))"
        assert hands.run(("python3", "-c", script, *words)) == ascii(words)

    def test_standard_input_is_closed(self, hands: Machine) -> None:
        assert hands.run(("cat",), deadline=10) == ""

    @pytest.mark.parametrize("text", ["", "one\n", "no end", "é\n", "x" * 200_000 + "\n"])
    def test_standard_input_is_given(self, hands: Machine, text: str) -> None:
        assert hands.run(("wc", "-c"), stdin=text, deadline=20).strip() == str(len(text.encode()))

    def test_it_has_no_terminal_and_a_session_of_its_own(self, hands: Machine) -> None:
        script = "import os; print(os.getsid(0) == os.getpid(), os.isatty(0), os.isatty(1))"
        assert hands.run(("python3", "-c", script)) == "True False False"

    def test_it_runs_where_it_is_told(self, hands: Machine, tmp_path: Path) -> None:
        assert hands.run(("pwd",), cwd=str(tmp_path)) == str(tmp_path)
        assert hands.run(("pwd",)) == "/"

    def test_programs_of_the_administrator_are_found_from_a_user_s_path(
        self, hands: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`su` keeps a user's PATH, in which adduser is not."""
        monkeypatch.setenv("PATH", "/nowhere")
        assert hands.run(("ldconfig", "--version"))

    def test_its_environment_is_small_and_clean(self, hands: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOMEBODY_S_TOKEN", "s3cret")
        monkeypatch.setenv("LD_PRELOAD_LIKE", "x")
        monkeypatch.setenv("https_proxy", "http://proxy:3128")
        found = dict(line.partition("=")[::2] for line in hands.run(("env",)).splitlines())
        assert "SOMEBODY_S_TOKEN" not in found
        assert found["https_proxy"] == "http://proxy:3128"
        assert found["LC_ALL"] == "C.UTF-8"
        assert found["HOME"] == pwd.getpwuid(os.geteuid()).pw_dir
        assert "/usr/sbin" in found["PATH"]

    def test_a_secret_is_in_the_environment_and_in_no_command_line(self, hands: Machine, said: list[str]) -> None:
        script = 'test "$PASSWORD" = s3cret && tr "\\0" " " </proc/$$/cmdline'
        hands.run(("sh", "-c", script), env={"PASSWORD": Secret("password", "s3cret")})
        assert len(said) == 1
        assert said[0].count("s3cret") == 1, "the test's own words alone hold it"

    @pytest.mark.parametrize("status", [1, 2, 77, 127, 255])
    def test_another_status_than_accepted_fails_in_words(self, hands: Machine, status: int) -> None:
        with pytest.raises(Failed) as caught:
            hands.run(("sh", "-c", f"echo the reason; exit {status}"))
        assert caught.value.status == status
        assert "the reason" in caught.value.text
        assert caught.value.output == "the reason"

    def test_an_accepted_status_is_fine(self, hands: Machine) -> None:
        assert hands.run(("sh", "-c", "echo no; exit 1"), accept=(0, 1)) == "no"

    def test_a_signal_is_a_failure(self, hands: Machine) -> None:
        with pytest.raises(Failed):
            hands.run(("sh", "-c", "kill -KILL $$"))

    def test_a_program_that_is_not_there(self, hands: Machine) -> None:
        with pytest.raises(Failed, match="there is no such program") as caught:
            hands.run(("no-such-program-at-all",))
        assert caught.value.status == 127

    @pytest.mark.parametrize(
        ("words", "remedy"),
        [
            ("write: No space left on device", "disk is full"),
            ("Could not resolve host: x", "not resolved"),
            ("E: dpkg was interrupted, you must", "dpkg --configure -a"),
            ("Temporary failure resolving 'deb.debian.org'", "resolv.conf"),
            ("nothing that is known", ""),
        ],
    )
    def test_what_programs_say_becomes_a_remedy(self, hands: Machine, words: str, remedy: str) -> None:
        with pytest.raises(Failed) as caught:
            hands.run(("sh", "-c", 'echo "$1" >&2; exit 1', "sh", words))
        assert remedy in caught.value.remedy
        assert bool(remedy) is bool(caught.value.remedy)

    def test_the_lock_is_inherited(self, tmp_path: Path) -> None:
        held = acquire(tmp_path / "lock", lambda who, seconds: None)
        try:
            hands = machine(tmp_path / "state", lock=held.descriptor)
            words = ("readlink", f"/proc/self/fd/{held.descriptor}")
            assert hands.run(words) == str(tmp_path / "lock")
            assert hands.run(("sh", "-c", "ls /proc/self/fd | wc -l")).strip() in ("4", "5"), "and nothing else is"
        finally:
            held.release()

    @as_root
    def test_somebody_s_program_has_no_lock_and_yet_it_is_held(self, tmp_path: Path) -> None:
        """A user's program could keep it for ever; but one that outlives a killed run is waited for."""
        held = acquire(tmp_path / "lock", lambda who, seconds: None)
        try:
            hands = machine(tmp_path / "state", lock=held.descriptor)
            seen = hands.run(
                ("sh", "-c", 'ls -l /proc/self/fd; ls -l "/proc/$PPID/fd"; exit 3'), user="nobody", accept=(3,)
            )
            assert "lock" not in seen
            pids: list[int] = []

            def look(line: str) -> None:
                pids.extend(one.pid for one in orphans(tmp_path / "lock"))

            watched = Machine(State(tmp_path / "state"), look, held.descriptor)
            assert watched.run(("sh", "-c", "echo x; sleep 0.3"), user="nobody") == "x"
            assert len(pids) == 1
        finally:
            held.release()

    @as_root
    @pytest.mark.parametrize("shell", [False, True])
    def test_another_user_never_gets_the_lock_and_root_holds_it_meanwhile(self, tmp_path: Path, shell: bool) -> None:
        held = acquire(tmp_path / "lock", lambda who, seconds: None)
        try:
            hands = machine(tmp_path / "state", lock=held.descriptor)
            script = "ls -l /proc/self/fd; id -un; sleep 3; exit 7"
            words, user = (("sh", "-c", script), "nobody")
            command = f"runuser -u nobody -- sh -c '{script}'"
            found: list[str] = []
            asked = ("sh", "-c", command) if shell else words
            running = threading.Thread(
                target=lambda: found.append(hands.run(asked, user=None if shell else user, accept=(7,)))
            )
            running.start()
            time.sleep(1.5)
            working = orphans(tmp_path / "lock")
            running.join()
            assert "nobody" in found[0] and "lock" not in found[0]
            assert {one.user for one in working} == {"root"}, "nobody's own hold nothing"
            assert [one.command[:2] for one in working] == [("sh", "-c")], "it is named by what it holds the lock for"
            assert orphans(tmp_path / "lock") == ()
        finally:
            held.release()

    @as_root
    def test_it_ends_with_its_deadline_although_nobody_watches(self, tmp_path: Path) -> None:
        began = time.monotonic()
        words = held_for(as_user("nobody", ("sleep", "60")), 9, 1)
        assert subprocess.run(words, check=False).returncode == 124
        assert time.monotonic() - began < 20

    @as_root
    def test_it_runs_as_somebody(self, hands: Machine) -> None:
        found = hands.run(("sh", "-c", "id -un; id -gn; echo $HOME $USER"), user="nobody").splitlines()
        assert found == ["nobody", "nogroup", f"{NOBODY.pw_dir} nobody"]

    @as_root
    def test_somebody_s_program_keeps_none_of_root_s_groups(self, hands: Machine) -> None:
        assert hands.run(("id", "-G"), user="nobody") == str(NOBODY.pw_gid)


class TestDeadlines:
    def test_a_program_that_hangs_is_ended_with_its_children(self, hands: Machine, tmp_path: Path) -> None:
        script = 'sleep 300 & echo $! >"$1"; echo started; wait'
        began = time.monotonic()
        with pytest.raises(Failed, match="did not end within") as caught:
            hands.run(("sh", "-c", script, "sh", str(tmp_path / "pid")), deadline=1)
        assert time.monotonic() - began < 8
        assert caught.value.output == "started"
        child = int((tmp_path / "pid").read_text())
        assert (
            not Path(f"/proc/{child}/cmdline").exists() or b"sleep" not in Path(f"/proc/{child}/cmdline").read_bytes()
        )

    def test_one_that_will_not_end_is_killed(
        self, hands: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(carry_out, "GRACE", 0.5)
        script = 'trap "" TERM; echo $$ >"$1"; while :; do sleep 0.1; done'
        with pytest.raises(Failed, match="did not end within"):
            hands.run(("sh", "-c", script, "sh", str(tmp_path / "pid")), deadline=0.5)
        time.sleep(0.2)
        assert not Path("/proc", (tmp_path / "pid").read_text().strip(), "cwd").exists()

    def test_an_interruption_ends_it(self, hands: Machine, tmp_path: Path) -> None:
        def interrupt(line: str) -> None:
            threading.Timer(0.1, os.kill, (os.getpid(), 2)).start()

        made = Machine(State(tmp_path / "state"), interrupt)
        with pytest.raises(KeyboardInterrupt):
            made.run(("sh", "-c", 'echo $$ >"$1"; echo go; exec sleep 300', "sh", str(tmp_path / "pid")))
        time.sleep(0.1)
        assert not Path("/proc", (tmp_path / "pid").read_text().strip(), "cwd").exists()

    def test_a_daemon_that_a_program_leaves_behind_is_not_waited_for(self, hands: Machine, tmp_path: Path) -> None:
        """Packages start their services this way where systemd does not run."""
        script = 'setsid sleep 20 & echo $! >"$1"; echo started'
        began = time.monotonic()
        try:
            assert hands.run(("sh", "-c", script, "sh", str(tmp_path / "pid")), deadline=15) == "started"
            assert time.monotonic() - began < 10
        finally:
            subprocess.run(["kill", (tmp_path / "pid").read_text().strip()], check=False)


class TestBusyApt:
    LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)"

    @pytest.fixture
    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """The waits, noted and not made."""
        noted: list[float] = []
        monkeypatch.setattr(carry_out, "time", SimpleNamespace(monotonic=time.monotonic, sleep=noted.append))
        return noted

    def counting(self, tmp_path: Path, until: int) -> tuple[str, ...]:
        """A program that is busy until it was asked that often."""
        script = 'echo x >>"$1"; test "$(wc -l <"$1")" -ge "$2" && exec echo fine; echo "$3" >&2; exit 100'
        return ("sh", "-c", script, "sh", str(tmp_path / "count"), str(until), self.LOCKED)

    def test_it_is_tried_again_until_the_lists_are_free(
        self, hands: Machine, said: list[str], tmp_path: Path, pauses: list[float]
    ) -> None:
        assert hands.run(self.counting(tmp_path, 3)) == "fine"
        assert len(pauses) == 2
        assert any("waiting for another package manager" in line for line in said)

    def test_not_for_ever(self, hands: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(carry_out, "BUSY_PATIENCE", -1.0)
        with pytest.raises(Failed, match="still held by another process") as caught:
            hands.run(self.counting(tmp_path, 99))
        assert caught.value.status == 75

    def test_another_failure_is_not_tried_again(self, hands: Machine, tmp_path: Path, pauses: list[float]) -> None:
        with pytest.raises(Failed, match="Unable to locate package"):
            hands.run(("sh", "-c", "echo 'E: Unable to locate package x' >&2; exit 100"))
        assert pauses == []


class TestFiles:
    @pytest.mark.parametrize("bits", [0o600, 0o640, 0o644, 0o755])
    @pytest.mark.parametrize("umask", [0o000, 0o077])
    def test_a_file_has_its_bytes_and_its_mode_whatever_the_umask(
        self, hands: Machine, tmp_path: Path, bits: int, umask: int
    ) -> None:
        before = os.umask(umask)
        try:
            put(hands, tmp_path / "file", bytes(range(256)), bits)
        finally:
            os.umask(before)
        assert (tmp_path / "file").read_bytes() == bytes(range(256))
        assert mode(tmp_path / "file") == bits

    def test_it_takes_the_place_of_the_old_one_in_one_go(self, hands: Machine, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(b"old")
        before = path.stat().st_ino
        with path.open("rb") as reader:
            put(hands, path, b"new")
            assert reader.read() == b"old", "whoever reads the old one reads it to its end"
        assert path.stat().st_ino != before
        assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["file"]

    def test_where_it_cannot_be_written_whole_the_old_one_stays(
        self, hands: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "file"
        path.write_bytes(b"old")

        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Failed, match=f"{path}: No space left on device") as caught:
            put(hands, path, b"new")
        assert "free some room" in caught.value.remedy
        assert path.read_bytes() == b"old"
        assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["file"]

    def test_a_link_in_its_place_is_replaced_and_not_followed(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "theirs").write_bytes(b"theirs")
        (tmp_path / "file").symlink_to("theirs")
        put(hands, tmp_path / "file")
        assert not (tmp_path / "file").is_symlink()
        assert (tmp_path / "theirs").read_bytes() == b"theirs"

    def test_a_folder_that_is_not_there_is_named(self, hands: Machine, tmp_path: Path) -> None:
        with pytest.raises(Failed, match="nowhere"):
            put(hands, tmp_path / "nowhere" / "file")

    @as_root
    def test_its_owner_and_group_are_those_asked_for(self, hands: Machine, tmp_path: Path) -> None:
        hands.write(str(tmp_path / "file"), b"x", mode=0o640, owner="nobody", group="nogroup")
        found = (tmp_path / "file").stat()
        assert (found.st_uid, found.st_gid) == (NOBODY.pw_uid, NOBODY.pw_gid)

    def test_a_file_is_read(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"\0\xff")
        assert hands.read(str(tmp_path / "file")) == b"\0\xff"
        with pytest.raises(Failed, match="No such file"):
            hands.read(str(tmp_path / "nothing"))


class TestFolders:
    def test_one_is_made(self, hands: Machine, tmp_path: Path) -> None:
        hands.make_directory(str(tmp_path / "new"), mode=0o750, owner=ME, group=MY_GROUP)
        assert mode(tmp_path / "new") == 0o750

    def test_a_folder_is_never_there_with_another_mode(
        self, hands: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run may be killed right after it was made."""
        monkeypatch.setattr(os, "fchmod", lambda *_words: None)
        hands.make_directory(str(tmp_path / "new"), mode=0o755, owner=ME, group=MY_GROUP)
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o755

    def test_one_that_is_there_keeps_what_is_in_it(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "old").mkdir()
        (tmp_path / "old" / "file").write_text("x")
        hands.make_directory(str(tmp_path / "old"), mode=0o700, owner=ME, group=MY_GROUP)
        assert (tmp_path / "old" / "file").exists()
        assert mode(tmp_path / "old") == 0o700

    def test_a_link_is_no_folder(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "target").mkdir(mode=0o700)
        (tmp_path / "link").symlink_to("target")
        with pytest.raises(Failed):
            hands.make_directory(str(tmp_path / "link"), mode=0o777, owner=ME, group=MY_GROUP)
        assert mode(tmp_path / "target") == 0o700

    def test_removing_what_is_not_there_is_nothing(self, hands: Machine, tmp_path: Path) -> None:
        for path in (str(tmp_path / "nothing"), str(tmp_path / "nothing" / "in" / "it")):
            hands.remove(path)
            hands.remove_empty(path)
            hands.remove_tree(path)

    def test_an_empty_folder_goes_and_a_full_one_stays(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        hands.remove(str(tmp_path / "empty"))
        assert not (tmp_path / "empty").exists()
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "file").write_text("x")
        with pytest.raises(Failed, match="full"):
            hands.remove(str(tmp_path / "full"))

    def test_a_link_goes_and_its_target_stays(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "target").mkdir()
        (tmp_path / "link").symlink_to("target")
        (tmp_path / "dangling").symlink_to("nothing")
        hands.remove(str(tmp_path / "link"))
        hands.remove(str(tmp_path / "dangling"))
        assert [one.name for one in tmp_path.iterdir()] == ["target"]

    def test_a_tree_goes_and_what_its_links_lead_to_stays(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "file").write_text("x")
        (tmp_path / "tree" / "deep").mkdir(parents=True)
        (tmp_path / "tree" / "deep" / "link").symlink_to(tmp_path / "other")
        hands.remove_tree(str(tmp_path / "tree"))
        assert not (tmp_path / "tree").exists()
        assert (tmp_path / "other" / "file").exists()

    def test_a_link_to_a_tree_goes_and_is_not_followed(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "file").write_text("x")
        (tmp_path / "tree").symlink_to("other")
        hands.remove_tree(str(tmp_path / "tree"))
        assert not (tmp_path / "tree").is_symlink()
        assert (tmp_path / "other" / "file").exists()


class TestLinks:
    def test_one_is_made_and_replaced(self, hands: Machine, tmp_path: Path) -> None:
        hands.link(str(tmp_path / "link"), "one")
        hands.link(str(tmp_path / "link"), "../two")
        assert (tmp_path / "link").readlink() == Path("../two")
        assert [one.name for one in tmp_path.iterdir()] == ["link"]

    def test_one_that_leads_to_a_folder_is_replaced_itself(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "link").symlink_to("folder")
        hands.link(str(tmp_path / "link"), "elsewhere")
        assert (tmp_path / "link").readlink() == Path("elsewhere")
        assert list((tmp_path / "folder").iterdir()) == []

    def test_a_folder_is_not_replaced(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        with pytest.raises(Failed, match="is a folder, where a link should be"):
            hands.link(str(tmp_path / "folder"), "elsewhere")
        assert [one.name for one in tmp_path.iterdir()] == ["folder"]

    def test_what_a_killed_run_left_is_in_nobody_s_way(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / ".link.jalon").symlink_to("half")
        hands.link(str(tmp_path / "link"), "whole")
        assert (tmp_path / "link").readlink() == Path("whole")


class TestModes:
    def test_a_mode_is_set(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        hands.set_mode(str(tmp_path / "file"), 0o751)
        assert mode(tmp_path / "file") == 0o751

    def test_not_through_a_link(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        (tmp_path / "file").chmod(0o600)
        (tmp_path / "link").symlink_to("file")
        with pytest.raises(Failed):
            hands.set_mode(str(tmp_path / "link"), 0o777)
        assert mode(tmp_path / "file") == 0o600

    @never_root
    def test_what_is_not_ours_is_said_in_words(self, hands: Machine) -> None:
        with pytest.raises(Failed, match="/etc/passwd"):
            hands.set_mode("/etc/passwd", 0o777)


@as_root
class TestAFolderOfSomebody:
    """Root that follows a link in a folder that a user owns is how installers are broken into."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        """A home that belongs to `nobody`, below folders that anybody may pass."""
        for folder in (tmp_path, *tmp_path.parents):
            if folder.owner() == "root" and folder != Path("/") and not folder.stat().st_mode & 0o001:
                folder.chmod(0o755)
        made = tmp_path / "home"
        made.mkdir()
        os.chown(made, NOBODY.pw_uid, NOBODY.pw_gid)
        return made

    @pytest.fixture
    def precious(self, tmp_path: Path) -> Path:
        """A folder of root's with a file in it."""
        made = tmp_path / "precious"
        made.mkdir(mode=0o755)
        (made / "file").write_bytes(b"root's")
        (made / "file").chmod(0o600)
        return made

    def untouched(self, precious: Path) -> bool:
        """Whether root's folder is as it was."""
        names = [one.name for one in precious.iterdir()]
        return names == ["file"] and (precious / "file").read_bytes() == b"root's" and mode(precious / "file") == 0o600

    def test_a_file_there_is_theirs_whoever_was_asked_for(self, hands: Machine, home: Path) -> None:
        hands.write(str(home / "file"), b"x", mode=0o600, owner="root", group="root")
        assert (home / "file").owner() == "nobody"
        assert os.geteuid() == 0
        assert os.getegid() == 0

    def test_root_is_root_again_after_a_failure(self, hands: Machine, home: Path) -> None:
        groups = os.getgroups()
        with pytest.raises(Failed):
            hands.write(str(home / "no" / "file"), b"x", mode=0o600, owner="nobody", group="nogroup")
        assert (os.geteuid(), os.getegid(), os.getgroups()) == (0, 0, groups)

    @pytest.mark.parametrize("act", ["write", "read", "remove", "remove_tree", "link", "make_directory", "set_mode"])
    def test_a_link_in_place_of_a_folder_leads_nobody_astray(
        self, hands: Machine, home: Path, precious: Path, act: str
    ) -> None:
        (home / "folder").symlink_to(precious)
        os.lchown(home / "folder", NOBODY.pw_uid, NOBODY.pw_gid)
        path = str(home / "folder" / "file")
        acts: dict[str, Callable[[], object]] = {
            "write": lambda: hands.write(path, b"evil", mode=0o666, owner="nobody", group="nogroup"),
            "read": lambda: hands.read(path),
            "remove": lambda: hands.remove(path),
            "remove_tree": lambda: hands.remove_tree(path),
            "link": lambda: hands.link(path, "/evil"),
            "make_directory": lambda: hands.make_directory(
                str(home / "folder" / "new"), mode=0o777, owner="nobody", group="nogroup"
            ),
            "set_mode": lambda: hands.set_mode(path, 0o666),
        }
        with pytest.raises(Failed):
            acts[act]()
        assert self.untouched(precious)

    def test_a_link_of_root_s_into_a_home_is_no_way_around(
        self, hands: Machine, home: Path, precious: Path, tmp_path: Path
    ) -> None:
        """The link is root's, what it leads to hangs on a name that the user may turn elsewhere."""
        (tmp_path / "link").symlink_to(home / "folder")
        (home / "folder").symlink_to(precious)
        with pytest.raises(Failed):
            hands.write(str(tmp_path / "link" / "file"), b"evil", mode=0o666, owner="nobody", group="nogroup")
        assert self.untouched(precious)

    def test_a_link_of_root_s_to_a_folder_of_root_s_is_followed(
        self, hands: Machine, precious: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "link").symlink_to("precious")
        put(hands, tmp_path / "link" / "new")
        assert (precious / "new").owner() == "root"

    def test_a_link_in_place_of_a_file_is_replaced(self, hands: Machine, home: Path, precious: Path) -> None:
        (home / "file").symlink_to(precious / "file")
        hands.write(str(home / "file"), b"ours", mode=0o600, owner="nobody", group="nogroup")
        assert (home / "file").read_bytes() == b"ours"
        assert self.untouched(precious)

    def test_a_loop_of_links_ends(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        with pytest.raises(Failed):
            put(hands, tmp_path / "a" / "file")

    def test_a_folder_of_a_number_without_an_account_is_touched_as_that_number(
        self, hands: Machine, tmp_path: Path, home: Path
    ) -> None:
        """What a deleted account left: nobody's files, but not root's either."""
        orphaned = tmp_path / "orphaned"
        orphaned.mkdir()
        os.chown(orphaned, 54321, 54321)
        put(hands, orphaned / "file")
        assert (orphaned / "file").stat().st_uid == 54321


class TestTheRun:
    def test_a_scratch_folder_is_ours_alone_and_goes_at_the_end(self, tmp_path: Path) -> None:
        hands = machine(tmp_path)
        first, second = hands.scratch(), hands.scratch()
        (first / "file").write_text("x")
        assert first != second
        assert mode(first) == 0o700
        hands.close()
        assert not first.exists()
        assert not second.exists()
        hands.close()

    def test_what_was_set_aside_is_read_from_its_folder_alone(self, hands: Machine, tmp_path: Path) -> None:
        state = State(tmp_path / "state")
        state.make()
        (state.replaced / "0001-file").write_bytes(b"x")
        assert hands.restored("0001-file") == b"x"
        assert hands.restored("../../0001-file") == b"x"


@as_root
def test_words_become_another_user_s_only_where_we_are_not_that_user() -> None:
    assert children.as_user(ME, ("id",)) == ["id"]
    assert children.as_user(None, ("id",)) == ["id"]
    assert children.as_user("nobody", ("id",))[0] == "setpriv"
