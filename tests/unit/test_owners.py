"""Whose a path is, and what a child that became its owner has left."""

from __future__ import annotations

import errno
import mmap
import os
import pwd
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.host.owners import Limits, Owner, become, nobody, others_may_write, owner_of

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that others own")
TENANT = pwd.getpwnam("games")
OTHER = pwd.getpwnam("mail")
FEW = Limits(seconds=2, memory=64 * 2**20, files=32)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A tenant's folder."""
    made = tmp_path / "home"
    made.mkdir()
    os.chown(made, TENANT.pw_uid, TENANT.pw_gid)
    return made


def uid(path: Path | str, *, follow: bool = True) -> int | None:
    """The number of a path's owner; None: root."""
    found = owner_of(str(path), follow=follow)
    return found.uid if found else None


@as_root
class TestOwner:
    def test_what_is_root_s_all_the_way_is_nobody_else_s(self) -> None:
        assert uid("/etc/passwd") is uid("/") is uid("/no/such/thing") is None

    def test_all_below_the_first_foreign_component_is_its_owner_s(self, home: Path) -> None:
        (home / "roots").mkdir()
        assert uid(home) == uid(home / "roots") == uid(home / "roots" / "missing" / "x") == TENANT.pw_uid

    def test_a_file_of_somebody_s_in_root_s_own_folder_is_root_s_to_open(self, tmp_path: Path) -> None:
        (tmp_path / "log").touch()
        os.chown(tmp_path / "log", TENANT.pw_uid, TENANT.pw_gid)
        assert uid(tmp_path / "log") is None
        assert uid(tmp_path / "log" / "beyond") == TENANT.pw_uid

    def test_somebody_s_link_is_its_owner_s_wherever_it_leads(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("/etc/shadow")
        os.lchown(tmp_path / "link", TENANT.pw_uid, TENANT.pw_gid)
        assert uid(tmp_path / "link") == uid(tmp_path / "link", follow=False) == TENANT.pw_uid

    def test_root_s_links_are_followed_and_the_way_to_their_targets_counts(self, tmp_path: Path, home: Path) -> None:
        (tmp_path / "link").symlink_to("home/file")
        (tmp_path / "far").symlink_to(tmp_path / "link")
        assert uid(tmp_path / "far") == uid(tmp_path / "far" / "x") == TENANT.pw_uid
        assert uid(tmp_path / "far", follow=False) is None

    def test_links_upwards_are_followed(self, tmp_path: Path, home: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "up").symlink_to("../home/../home")
        assert uid(tmp_path / "a" / "up") == TENANT.pw_uid

    def test_links_in_a_circle_are_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "one").symlink_to("two")
        (tmp_path / "two").symlink_to("one")
        with pytest.raises(OSError, match="symbolic links") as caught:
            owner_of(str(tmp_path / "one" / "x"))
        assert caught.value.errno == errno.ELOOP
        assert uid(tmp_path / "one", follow=False) is None

    def test_as_many_links_as_the_kernel_follows(self, tmp_path: Path, home: Path) -> None:
        before = home
        for number in range(40):
            (tmp_path / f"l{number}").symlink_to(before)
            before = tmp_path / f"l{number}"
        assert uid(before) == TENANT.pw_uid
        (tmp_path / "more").symlink_to(before)
        with pytest.raises(OSError, match="symbolic links"):
            owner_of(str(tmp_path / "more"))

    @pytest.mark.parametrize("path", ["/etc/pass\0wd", "/etc/\ud800", "/" + "x" * 300, "/x/" * 3000])
    def test_what_no_path_can_be_is_an_os_error_or_nothing(self, path: str) -> None:
        try:
            assert owner_of(path) is None
        except OSError as error:
            assert error.errno in (errno.EINVAL, errno.ENAMETOOLONG)

    def test_groups_are_the_account_s_with_the_primary_one_first(self, home: Path) -> None:
        found = owner_of(str(home))
        assert found and found.gids[0] == TENANT.pw_gid and found.name == "games"
        assert set(found.gids) == set(os.getgrouplist("games", TENANT.pw_gid))

    def test_without_an_account_the_entry_s_group_counts_unless_it_is_root_s(self, home: Path) -> None:
        os.chown(home, 54321, 54322)
        assert owner_of(str(home)) == Owner(54321, (54322,))
        os.chown(home, 54321, 0)
        assert owner_of(str(home)) == Owner(54321, nobody().gids)


@as_root
class TestFoldersThatOthersWrite:
    @pytest.fixture
    def shared(self, tmp_path: Path) -> Path:
        """A folder such as /tmp."""
        made = tmp_path / "shared"
        made.mkdir()
        made.chmod(0o1777)
        return made

    def test_what_is_missing_may_be_made_by_anybody(self, shared: Path) -> None:
        assert uid(shared) is None
        assert uid(shared / "missing") == uid(shared / "missing" / "x") == nobody().uid

    def test_what_somebody_put_there_is_theirs_files_too(self, shared: Path) -> None:
        (shared / "file").touch()
        os.chown(shared / "file", TENANT.pw_uid, TENANT.pw_gid)
        assert uid(shared / "file") == TENANT.pw_uid

    def test_what_root_put_there_is_root_s_but_its_links(self, shared: Path) -> None:
        (shared / "file").touch()
        (shared / "folder").mkdir()
        (shared / "link").symlink_to("folder")
        (shared / "twice").hardlink_to(shared / "file")
        assert uid(shared / "folder") is uid(shared / "folder" / "x") is None
        assert uid(shared / "link") == uid(shared / "link" / "x") == uid(shared / "twice") == nobody().uid
        (shared / "twice").unlink()
        assert uid(shared / "file") is None

    def test_without_the_sticky_bit_nothing_there_is_root_s(self, shared: Path) -> None:
        shared.chmod(0o777)
        (shared / "folder").mkdir()
        assert uid(shared / "folder") == uid(shared / "folder" / "x") == nobody().uid

    def test_a_folder_of_a_group_stays_root_s_but_its_links(self, tmp_path: Path) -> None:
        folder = tmp_path / "log"
        (folder / "nginx").mkdir(parents=True)
        (folder / "link").symlink_to("nginx")
        os.chown(folder, 0, OTHER.pw_gid)
        folder.chmod(0o775)
        assert uid(folder / "nginx" / "x") is uid(folder / "missing") is uid(folder) is None
        assert uid(folder / "link" / "x") == uid(folder / "link") == nobody().uid
        folder.chmod(0o755)
        assert uid(folder / "link" / "x") is None

    def test_the_group_of_root_itself_is_root(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o775)
        (tmp_path / "link").symlink_to("/etc")
        assert not others_may_write(tmp_path.stat(), str(tmp_path))
        assert uid(tmp_path / "link") is None


def told_by(child: Callable[[int], None]) -> tuple[bytes, int]:
    """What a forked child wrote to its pipe, and its exit status (negative: its signal)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            child(writing)
            os._exit(0)
        except BaseException as error:
            os.write(writing, repr(error).encode())
            os._exit(99)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


ME = Owner(os.geteuid(), (os.getegid(),)) if os.geteuid() else Owner(TENANT.pw_uid, (TENANT.pw_gid,))


class TestBecoming:
    @as_root
    def test_root_is_given_up_for_good(self) -> None:
        def child(pipe: int) -> None:
            become(Owner(TENANT.pw_uid, (TENANT.pw_gid, OTHER.pw_gid)), FEW, [pipe])
            assert os.getresuid() == (TENANT.pw_uid,) * 3 and os.getresgid() == (TENANT.pw_gid,) * 3
            assert set(os.getgroups()) == {TENANT.pw_gid, OTHER.pw_gid}
            for give in (os.seteuid, os.setuid, os.setegid, os.setgid):
                with pytest.raises(PermissionError):
                    give(0)
            with pytest.raises(PermissionError):
                open("/etc/shadow").close()  # noqa: PTH123

        assert told_by(child) == (b"", 0)

    def test_nothing_is_left_open_but_what_was_named(self, tmp_path: Path) -> None:
        held = os.open(tmp_path, os.O_RDONLY)

        def child(pipe: int) -> None:
            become(ME, FEW, [pipe])
            assert os.getsid(0) == os.getpid()
            with pytest.raises(OSError):
                os.open("/dev/tty", os.O_RDWR)
            for number in range(3):
                assert os.fstat(number).st_rdev == Path(os.devnull).stat().st_rdev
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(held)
            os.write(pipe, b"kept")

        assert told_by(child) == (b"kept", 0)
        os.close(held)

    def test_it_cannot_be_looked_into(self) -> None:
        def child(pipe: int) -> None:
            become(ME, FEW, [pipe])
            found = dict(
                line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line
            )
            assert found["NoNewPrivs"] == "1"
            assert Path("/proc/self/environ").stat().st_uid == 0, "dumpable processes own these themselves"

        assert told_by(child) == (b"", 0)

    def test_signals_are_as_they_come(self) -> None:
        def child(pipe: int) -> None:
            become(ME, FEW, [pipe])
            os.kill(os.getpid(), signal.SIGUSR1)

        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        try:
            assert told_by(child) == (b"", -signal.SIGUSR1)
        finally:
            signal.signal(signal.SIGUSR1, signal.SIG_DFL)

    def test_time_memory_and_files_are_bounded(self) -> None:
        def memory(pipe: int) -> None:
            become(ME, FEW, [pipe])
            # Mapped anew: what this process had freed before could be filled again without asking for more.
            with pytest.raises(OSError, match="Cannot allocate memory"):
                mmap.mmap(-1, 80 * 2**20)

        def files(pipe: int) -> None:
            become(ME, FEW, [pipe])
            with pytest.raises(OSError, match="Too many open files"):
                [os.dup(pipe) for _ in range(40)]

        def seconds(pipe: int) -> None:
            become(ME, Limits(seconds=1), [pipe])
            while True:
                pass

        assert told_by(memory) == told_by(files) == (b"", 0)
        assert told_by(seconds)[1] in (-signal.SIGXCPU, -signal.SIGKILL)

    def test_files_are_made_as_usual(self, tmp_path: Path) -> None:
        def child(pipe: int) -> None:
            os.umask(0o077)
            become(ME, FEW, [pipe])
            assert os.umask(0) == 0o022

        assert told_by(child) == (b"", 0)

    def test_it_ends_with_its_parent(self) -> None:
        def child(pipe: int) -> None:
            ready, tell = os.pipe()
            if os.fork() == 0:
                become(ME, FEW, [pipe, tell])
                os.write(tell, b".")
                while True:
                    signal.pause()
            os.read(ready, 1)

        assert told_by(child) == (b"", 0), "the pipe is closed once the grandchild is gone too"

    @pytest.mark.parametrize("owner", [Owner(0, (0,)), Owner(54321, (0,)), Owner(54321, (54321, 0))])
    def test_it_never_becomes_root(self, owner: Owner) -> None:
        assert told_by(lambda pipe: become(owner, FEW, [pipe])) == (
            b"ValueError('a child cannot give root up to become root')",
            99,
        )

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may become anybody")
    def test_an_ordinary_user_becomes_nobody_else(self) -> None:
        said, status = told_by(lambda pipe: become(Owner(os.geteuid() + 1, (os.getegid(),)), FEW, [pipe]))
        assert (b"PermissionError" in said, status) == (True, 99)


def test_modes_of_folders_that_others_may_write(tmp_path: Path) -> None:
    def status(mode: int, group: int) -> os.stat_result:
        return os.stat_result((stat.S_IFDIR | mode, 1, 1, 1, 0, group, 0, 0, 0, 0))

    cases = {(0o755, 0): False, (0o775, 0): False, (0o775, 8): True, (0o1777, 0): True, (0o757, 0): True}
    assert {(mode, group): others_may_write(status(mode, group)) for mode, group in cases} == cases
