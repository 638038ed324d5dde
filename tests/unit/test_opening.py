"""What is opened, how much of it is read, and where root does not go."""

from __future__ import annotations

import errno
import os
import pwd
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wizard.host import opening
from wizard.host.opening import Refused

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that others own")
TENANT = pwd.getpwnam("games")
READS: list[Callable[[Path], Any]] = [opening.read, opening.text, lambda path: opening.tail(path, 100)]


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """Nothing here may wait."""
    signal.alarm(20)
    yield
    signal.alarm(0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that all may enter."""
    return tmp_path


def give(path: Path) -> Path:
    """Makes an entry the tenant's."""
    os.lchown(path, TENANT.pw_uid, TENANT.pw_gid)
    return path


class TestFiles:
    def test_a_file_is_read_through_links(self, folder: Path) -> None:
        (folder / "file").write_bytes(b"one\r\ntwo\rthree\xff")
        (folder / "link").symlink_to("file")
        assert opening.read(folder / "link") == b"one\r\ntwo\rthree\xff"
        assert opening.text(folder / "link") == "one\ntwo\nthree\N{REPLACEMENT CHARACTER}"
        assert opening.tail(folder / "link", 6) == b"three\xff"

    def test_what_is_missing_is_told_as_ever(self, folder: Path) -> None:
        (folder / "file").touch()
        for one in READS:
            with pytest.raises(FileNotFoundError):
                one(folder / "missing")
            with pytest.raises(NotADirectoryError):
                one(folder / "file" / "x")
            with pytest.raises(IsADirectoryError):
                one(folder)

    @pytest.mark.parametrize("read", READS)
    def test_only_regular_files_are_read(self, folder: Path, read: Callable[[Path], Any]) -> None:
        os.mkfifo(folder / "fifo")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(folder / "socket"))
            (folder / "zero").symlink_to("/dev/zero")
            (folder / "terminal").symlink_to("/dev/tty")
            for name in ("fifo", "socket", "zero", "terminal"):
                with pytest.raises(Refused, match="no regular file"):
                    read(folder / name)

    @as_root
    def test_a_device_is_not_even_opened(self, folder: Path) -> None:
        os.mknod(folder / "device", 0o600 | 0o020000, os.makedev(250, 250))
        with pytest.raises(Refused, match="no regular file"):
            opening.read(folder / "device")

    def test_a_large_one_is_refused_and_of_any_the_end_is_read(self, folder: Path) -> None:
        with (folder / "sparse").open("wb") as file:
            file.truncate(40 * 10**9)
        with pytest.raises(Refused, match=r"sparse has 40000000000 bytes, more than the \d+ that are read"):
            opening.read(folder / "sparse")
        assert opening.tail(folder / "sparse", 1000) == bytes(1000)
        (folder / "small").write_bytes(b"12345")
        assert opening.read(folder / "small", 5) == b"12345"
        with pytest.raises(Refused):
            opening.read(folder / "small", 4)

    def test_what_has_no_size_reads_as_nothing(self, folder: Path) -> None:
        (folder / "environment").symlink_to("/proc/self/environ")
        (folder / "memory").symlink_to("/proc/self/mem")
        assert opening.read(folder / "environment") == opening.read(folder / "memory") == b""

    def test_one_that_grows_is_read_as_far_as_it_went(self, folder: Path) -> None:
        (folder / "log").write_bytes(b"x" * 1000)
        stop = threading.Event()

        def grow() -> None:
            with (folder / "log").open("ab") as file:
                while not stop.is_set():
                    file.write(b"x" * 1000)
                    file.flush()

        thread = threading.Thread(target=grow)
        thread.start()
        try:
            for _ in range(20):
                assert len(opening.read(folder / "log", 2**40)) >= 1000
        finally:
            stop.set()
            thread.join()

    def test_one_name_and_no_link(self, folder: Path) -> None:
        (folder / "file").write_text("x")
        assert opening.read(folder / "file", one_name=True) == b"x"
        (folder / "link").symlink_to("file")
        with pytest.raises(Refused, match="no regular file"):
            opening.read(folder / "link", one_name=True)
        (folder / "again").hardlink_to(folder / "file")
        with pytest.raises(Refused, match="has another name"):
            opening.read(folder / "file", one_name=True)

    def test_links_in_a_circle(self, folder: Path) -> None:
        (folder / "one").symlink_to("two")
        (folder / "two").symlink_to("one")
        with pytest.raises(OSError, match="symbolic links") as caught:
            opening.read(folder / "one")
        assert caught.value.errno == errno.ELOOP
        assert opening.look(folder / "one", "user.none")[1] == "two"

    @pytest.mark.parametrize("path", ["/etc/pass\0wd", "/etc/\ud800", "/" + "x" * 300, "/x/" * 3000])
    def test_what_no_path_can_be_is_an_os_error(self, path: str) -> None:
        for look in (opening.read, opening.names, opening.status, opening.exists, opening.space):
            try:
                look(path)
            except OSError:
                continue

    def test_the_kernel_s_own_files_are_read_whole(self) -> None:
        assert opening.made_up("/proc/self/status").startswith(b"Name:")
        assert len(opening.made_up("/proc/self/status", 10)) == 10
        with pytest.raises(Refused):
            opening.made_up("/etc/passwd")


class TestFolders:
    def test_names_are_sorted_and_counted(self, folder: Path) -> None:
        for name in ("b", "a", "c"):
            (folder / name).touch()
        assert opening.names(folder) == ["a", "b", "c"]
        assert opening.names(folder, 3) == ["a", "b", "c"]
        with pytest.raises(Refused, match="more than the 2 names"):
            opening.names(folder, 2)

    def test_what_is_no_folder(self, folder: Path) -> None:
        (folder / "file").touch()
        with pytest.raises(NotADirectoryError):
            opening.names(folder / "file")
        with pytest.raises(FileNotFoundError):
            opening.names(folder / "missing")

    def test_kinds(self, folder: Path) -> None:
        (folder / "file").touch()
        (folder / "to-file").symlink_to("file")
        (folder / "to-folder").symlink_to(".")
        (folder / "nowhere").symlink_to("missing")
        found = {
            name: [look(folder / name) for look in (opening.exists, opening.is_file, opening.is_folder)]
            for name in ("file", "to-file", "to-folder", "nowhere", "missing", "file/x")
        }
        assert found == {
            "file": [True, True, False],
            "to-file": [True, True, False],
            "to-folder": [True, False, True],
            "nowhere": [False, False, False],
            "missing": [False, False, False],
            "file/x": [False, False, False],
        }
        assert opening.status(folder / "nowhere").st_size == len("missing")
        assert opening.look(folder / "to-file", "user.none")[1] == "file"
        assert opening.look(folder / "file", "user.none")[1:] == ("", b"")
        assert opening.space(folder).f_blocks == os.statvfs(folder).f_blocks


@as_root
class TestRoot:
    @pytest.fixture
    def home(self, folder: Path) -> Path:
        """A tenant's folder, with a file in it."""
        (folder / "home").mkdir()
        (folder / "home" / "file").write_text("x")
        return give(folder / "home")

    def refuses(self, path: Path) -> None:
        for look in (*READS, opening.names, opening.exists, opening.space, opening.is_file):
            with pytest.raises(Refused, match="not root's all the way"):
                look(path)

    def test_does_not_enter_what_is_foreign(self, home: Path) -> None:
        self.refuses(home)
        self.refuses(home / "file")
        with pytest.raises(Refused):
            opening.status(home / "file")

    def test_does_not_follow_foreign_links(self, folder: Path) -> None:
        (folder / "link").symlink_to("/etc/shadow")
        give(folder / "link")
        self.refuses(folder / "link")
        assert opening.look(folder / "link", "user.none")[1] == "/etc/shadow"

    def test_does_not_follow_its_own_into_what_is_foreign(self, folder: Path, home: Path) -> None:
        (folder / "link").symlink_to("home/file")
        (folder / "folder").symlink_to(home)
        self.refuses(folder / "link")
        self.refuses(folder / "folder" / "file")
        assert opening.status(folder / "link").st_uid == 0

    def test_follows_none_where_others_may_write(self, folder: Path) -> None:
        (folder / "log").mkdir()
        (folder / "log" / "link").symlink_to("/etc/passwd")
        (folder / "log" / "file").write_text("x")
        os.chown(folder / "log", 0, TENANT.pw_gid)
        (folder / "log").chmod(0o775)
        self.refuses(folder / "log" / "link")
        assert opening.read(folder / "log" / "file") == b"x"

    def test_reads_somebody_s_file_in_its_own_folder(self, folder: Path) -> None:
        (folder / "log").write_text("x")
        assert opening.read(give(folder / "log")) == b"x"

    def test_is_not_raced_into_a_tenant_s_link(self, folder: Path) -> None:
        """A folder that changes hands and becomes a link between two looks."""
        (folder / "there").mkdir()
        (folder / "there" / "shadow").write_text("ours")
        (folder / "link").symlink_to("/etc")
        give(folder / "link")
        stop = threading.Event()

        def swap() -> None:
            while not stop.is_set():
                (folder / "there").rename(folder / "aside")
                (folder / "link").rename(folder / "there")
                (folder / "there").rename(folder / "link")
                (folder / "aside").rename(folder / "there")

        thread = threading.Thread(target=swap)
        thread.start()
        secret, found = Path("/etc/shadow").read_bytes(), set()
        try:
            for _ in range(3000):
                try:
                    found.add(opening.read(folder / "there" / "shadow"))
                except OSError:
                    continue
        finally:
            stop.set()
            thread.join()
        assert secret not in found


def test_why_something_is_unknown(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    with pytest.raises(Refused) as caught:
        opening.read(folder / "fifo")
    assert opening.unknown("x", caught.value).why == f"{folder}/fifo is no regular file, and is not read"
    assert opening.unknown("x", PermissionError(13, "Permission denied")).needs == "root"
    assert opening.unknown("x", OSError(5, "Input/output error")).why == "x: Input/output error"
