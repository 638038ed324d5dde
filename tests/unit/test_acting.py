"""Files changed by descriptors: as their owner where they are foreign, and given away only once it is proven."""

from __future__ import annotations

import json
import os
import pwd
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.unit.support import ME, MY_GROUP, machine
from wizard.acting import as_owner as as_owner_module
from wizard.acting.as_owner import as_owner
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.host.commands import CommandOutput, answer
from wizard.host.opening import Refused
from wizard.host.owners import Owner
from wizard.host.reading import Unknown

NOBODY, DAEMON = pwd.getpwnam("nobody"), pwd.getpwnam("daemon")
TENANT = Owner(NOBODY.pw_uid, (NOBODY.pw_gid,))
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for another user")


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[Machine]:
    """This machine, its state out of the way."""
    made = machine(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that belongs to `nobody`, below folders that anybody may pass."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    made = tmp_path / "home"
    made.mkdir()
    own(made)
    return made


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A folder of root's with a file that only root reads."""
    made = tmp_path / "precious"
    made.mkdir()
    (made / "file").write_bytes(b"root's")
    (made / "file").chmod(0o600)
    return made


def own(*paths: Path, account: pwd.struct_passwd = NOBODY) -> None:
    for path in paths:
        os.lchown(path, account.pw_uid, account.pw_gid)


def owner(path: Path) -> str:
    return pwd.getpwuid(path.lstat().st_uid).pw_name


def children() -> str:
    """The processes that this one has started and not waited for; others in the test's process have some too."""
    return Path("/proc/thread-self/children").read_text()


class TestApart:
    def test_the_child_is_somebody_else_for_good(self) -> None:
        def look() -> bytes:
            with pytest.raises(PermissionError):
                os.setresuid(0, 0, 0)
            descriptors = [*Path("/proc/self/fd").iterdir()]
            found = (os.getresuid(), os.getresgid(), os.getgroups(), os.getsid(0) == os.getpid(), len(descriptors))
            return json.dumps(found).encode()

        ids, groups, more, alone, descriptors = json.loads(as_owner(TENANT, "/x", look))
        assert ids == [NOBODY.pw_uid] * 3 and groups == [NOBODY.pw_gid] * 3 and more == [NOBODY.pw_gid]
        assert alone and descriptors == 5, "the standard ones, its answer's, and that of the listing"

    def test_errors_come_back_as_data(self) -> None:
        def missing() -> None:
            Path("/nowhere").stat()

        def refused() -> None:
            raise Refused("no", "/x")

        with pytest.raises(FileNotFoundError):
            as_owner(TENANT, "/x", missing)
        with pytest.raises(Refused, match="no"):
            as_owner(TENANT, "/x", refused)

    @pytest.mark.parametrize("work", [lambda: time.sleep(60), lambda: os.kill(os.getpid(), 9), lambda: bytes(2**31)])
    def test_one_that_hangs_or_dies_or_takes_too_much_is_told(self, work: Callable[[], bytes | None]) -> None:
        began = time.monotonic()
        with pytest.raises(Refused, match="/x: what was to be done there as nobody did not end"):
            as_owner(TENANT, "/x", work, deadline=0.5)
        assert time.monotonic() - began < 50

    def test_one_that_is_stopped_is_not_waited_for(self) -> None:
        with pytest.raises(Refused, match="/x: what was to be done there as nobody did not end"):
            as_owner(TENANT, "/x", lambda: os.kill(os.getpid(), signal.SIGSTOP), deadline=300)

    def test_one_that_says_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(as_owner_module, "MOST", 1000)
        with pytest.raises(Refused):
            as_owner(TENANT, "/x", lambda: bytes(2000))

    def test_no_child_is_left(self) -> None:
        before = children()
        as_owner(TENANT, "/x", lambda: b"")
        assert children() == before


class TestForeign:
    def test_a_link_that_leads_to_a_third_user_s_is_not_followed(
        self, hands: Machine, home: Path, tmp_path: Path
    ) -> None:
        """Though the tenant might: what is written there would be everybody's."""
        third = tmp_path / "third"
        third.mkdir(mode=0o777)
        third.chmod(0o777)
        own(third, account=DAEMON)
        (home / "folder").symlink_to(third)
        own(home / "folder")
        for path in (home / "folder" / "file", third / "nobody" / "file"):
            with pytest.raises(Failed):
                hands.write(str(path), b"secret", mode=0o600, owner="nobody", group="nogroup")
        assert list(third.iterdir()) == []

    def test_a_link_within_the_owner_s_is_followed(self, hands: Machine, home: Path) -> None:
        (home / "inner").mkdir()
        (home / "folder").symlink_to("inner")
        own(home / "inner", home / "folder")
        hands.write(str(home / "folder" / "file"), b"x", mode=0o600, owner="nobody", group="nogroup")
        assert owner(home / "inner" / "file") == "nobody"

    def test_root_is_root_meanwhile_and_no_other(self, hands: Machine, home: Path) -> None:
        seen: set[tuple[int, int, int]] = set()
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.001):
                seen.add(os.getresuid())

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            for number in range(5):
                hands.write(str(home / f"file{number}"), b"x", mode=0o600, owner="nobody", group="nogroup")
        finally:
            done.set()
            watching.join(10)
        assert seen == {(0, 0, 0)}

    def test_a_fifo_and_a_device_delay_nothing(self, hands: Machine, home: Path) -> None:
        os.mkfifo(home / "fifo")
        own(home / "fifo")
        began = time.monotonic()
        hands.set_mode(str(home / "fifo"), 0o600)
        with pytest.raises(Failed):
            hands.read(str(home / "fifo"))
        hands.remove_tree(str(home / "nothing"))
        hands.remove(str(home / "fifo"))
        assert time.monotonic() - began < 50

    def test_a_mode_that_keeps_even_its_owner_out_is_set(self, hands: Machine, home: Path) -> None:
        (home / "file").write_text("x")
        (home / "file").chmod(0)
        own(home / "file")
        hands.set_mode(str(home / "file"), 0o600)
        assert stat.S_IMODE((home / "file").stat().st_mode) == 0o600

    def test_a_folder_of_a_third_user_is_not_taken(self, hands: Machine, tmp_path: Path) -> None:
        (tmp_path / "theirs").mkdir()
        own(tmp_path / "theirs", account=DAEMON)
        with pytest.raises(Failed, match="belongs to daemon"):
            hands.make_directory(str(tmp_path / "theirs"), mode=0o700, owner=ME, group=MY_GROUP)
        assert owner(tmp_path / "theirs") == "daemon"

    def test_an_empty_folder_goes_only_where_its_owner_may(self, hands: Machine, home: Path, tmp_path: Path) -> None:
        (tmp_path / "roots" / "empty").mkdir(parents=True)
        (home / "folder").symlink_to(tmp_path / "roots")
        own(home / "folder")
        with pytest.raises(Failed):
            hands.remove_empty(str(home / "folder" / "empty"))
        assert (tmp_path / "roots" / "empty").exists()

    def test_a_tree_too_deep_is_told(self, hands: Machine, home: Path) -> None:
        here = os.open(home, os.O_RDONLY)
        for _number in range(1100):
            os.mkdir("d", dir_fd=here)
            os.chown("d", NOBODY.pw_uid, NOBODY.pw_gid, dir_fd=here)
            there = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = there
        os.close(here)
        try:
            hands.remove_tree(str(home / "d"))
        except Failed as failure:
            assert str(home / "d") in failure.text
        os.system(f"rm -rf '{home}/d'")


class TestHandedOver:
    def test_what_root_left_is_given(self, hands: Machine, home: Path) -> None:
        (home / "queries.log").write_text("x")
        (home / "media").mkdir()
        (home / "media" / "inner").write_text("x")
        for name in ("queries.log", "media", "media"):
            hands.hand_over(str(home / name), "nobody")
        assert owner(home / "queries.log") == owner(home / "media") == "nobody"
        assert owner(home / "media" / "inner") == "root", "what is in it was not looked at"

    @pytest.mark.parametrize("swap", ["hard link", "link", "folder", "third", "fifo", "outside", "nothing"])
    def test_what_is_not_proven_is_not(
        self, hands: Machine, home: Path, precious: Path, tmp_path: Path, swap: str
    ) -> None:
        path = home / "file"
        if swap == "hard link":
            path.hardlink_to(precious / "file")
        elif swap == "link":
            path.symlink_to(precious / "file")
        elif swap == "folder":
            (home / "folder").symlink_to(precious)
            own(home / "folder")
            path = home / "folder" / "file"
        elif swap == "third":
            path.write_text("x")
            own(path, account=DAEMON)
        elif swap == "fifo":
            os.mkfifo(path)
        elif swap == "outside":
            path = precious / "file"
        with pytest.raises(Failed):
            hands.hand_over(str(path), "nobody")
        assert owner(precious / "file") == owner(precious) == "root"

    def test_a_link_of_root_s_on_the_way_from_a_home_is_no_way(
        self, hands: Machine, home: Path, precious: Path
    ) -> None:
        (home / "folder").symlink_to(precious)
        with pytest.raises(Failed, match="leads to what belongs to somebody else"):
            hands.hand_over(str(home / "folder" / "file"), "nobody")
        assert owner(precious / "file") == "root"

    def test_a_link_of_root_s_above_the_home_is(self, hands: Machine, home: Path, tmp_path: Path) -> None:
        (tmp_path / "homes").symlink_to(home)
        (home / "file").write_text("x")
        hands.hand_over(str(tmp_path / "homes" / "file"), "nobody")
        assert owner(home / "file") == "nobody"

    def test_nothing_is_gained_by_swapping(self, hands: Machine, home: Path, precious: Path) -> None:
        """The tenant swaps what is at the path, and the folder above it, as fast as can be."""
        (home / "sub").mkdir()
        own(home / "sub")
        (home / "evil").symlink_to(precious)
        own(home / "evil")
        with swapping(home):
            path = str(home / "sub" / "file")
            for _round in range(20):
                with suppress(Failed):
                    hands.write(path, b"evil", mode=0o666, owner="nobody", group="nogroup")
                with suppress(Failed):
                    hands.hand_over(path, "nobody")
                with suppress(Failed):
                    hands.set_mode(path, 0o666)
                with suppress(Failed):
                    hands.remove(path)
                with suppress(Failed):
                    hands.remove_tree(path)
        assert owner(precious / "file") == owner(precious) == "root"
        assert (precious / "file").read_bytes() == b"root's"
        assert stat.S_IMODE((precious / "file").stat().st_mode) == 0o600


@contextmanager
def swapping(home: Path) -> Iterator[None]:
    """Exchange `sub` and `evil` in a process of the tenant's, until the end."""
    child = os.fork()
    if not child:
        os.setgroups(())
        os.setresgid(*[NOBODY.pw_gid] * 3)
        os.setresuid(*[NOBODY.pw_uid] * 3)
        os.chdir(home)
        while True:
            for source, target in (("sub", "aside"), ("evil", "sub"), ("sub", "evil"), ("aside", "sub")):
                try:
                    Path(source).rename(target)
                except OSError:
                    continue
    try:
        yield
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


class TestTrees:
    def test_all_of_it_is_given_but_what_is_elsewhere_too(self, hands: Machine, precious: Path, tmp_path: Path) -> None:
        tree = tmp_path / "tree"
        (tree / "deep").mkdir(parents=True)
        (tree / "deep" / "file").write_text("x")
        (tree / "link").symlink_to(precious)
        (tree / "stolen").hardlink_to(precious / "file")
        (tree / "third").write_text("x")
        own(tree, tree / "deep", tree / "deep" / "file", tree / "link")
        own(tree / "third", account=pwd.getpwnam("mail"))
        hands.hand_over_tree(str(tree), "daemon")
        assert {owner(one) for one in (tree, tree / "deep", tree / "deep" / "file", tree / "link")} == {"daemon"}
        assert owner(tree / "third") == "mail" and owner(tree / "stolen") == "root"
        assert owner(precious) == owner(precious / "file") == "root"

    def test_what_root_kept_is_given_whole(self, hands: Machine, tmp_path: Path) -> None:
        tree = tmp_path / "tree"
        tree.mkdir(mode=0o700)
        for name in ("one", "of root"):
            (tree / name).write_text("x")
        (tree / "other name").hardlink_to(tree / "one")
        os.chown(tree / "one", 54321, 54321)
        hands.hand_over_tree(str(tree), "daemon")
        assert {owner(one) for one in (tree, *tree.iterdir())} == {"daemon"}

    def test_not_below_a_folder_of_somebody_s(self, hands: Machine, home: Path) -> None:
        (home / "tree").mkdir()
        with pytest.raises(Failed):
            hands.hand_over_tree(str(home / "tree"), "daemon")
        assert owner(home / "tree") == "root"

    def test_a_home_is_taken_back(self, hands: Machine, home: Path, tmp_path: Path) -> None:
        (tmp_path / "moved").symlink_to(home)
        home.chmod(0o755)
        hands.take_back(str(tmp_path / "moved"), 0o700)
        assert owner(home) == "root" and stat.S_IMODE(home.stat().st_mode) == 0o700
        hands.take_back(str(tmp_path / "nothing"), 0o700)

    def test_not_by_a_link_of_its_owner_s(self, hands: Machine, home: Path, precious: Path) -> None:
        precious.chmod(0o755)
        (home / "link").symlink_to(precious)
        own(home / "link")
        with pytest.raises(Failed):
            hands.take_back(str(home / "link"), 0o700)
        assert stat.S_IMODE(precious.stat().st_mode) == 0o755


def test_a_program_is_never_led_into_a_folder_by_root(hands: Machine, home: Path, precious: Path) -> None:
    """Within a folder that only root may enter, all that is open to everybody would be the tenant's to read."""
    precious.chmod(0o700)
    (precious / "open").mkdir(mode=0o755)
    (precious / "open" / "word").write_text("secret")
    (home / "code").symlink_to(precious / "open")
    own(home / "code")
    with pytest.raises(Failed):
        hands.run(("cat", "word"), user="nobody", cwd=str(home / "code"))
    (home / "own").mkdir()
    own(home / "own")
    assert hands.run(("pwd",), user="nobody", cwd=str(home / "own")) == str(home / "own")


@pytest.mark.parametrize("user", [None, "root"])
def test_root_runs_no_program_that_somebody_else_may_exchange(hands: Machine, home: Path, user: str | None) -> None:
    """Nor one of root's in a folder of theirs, nor by a link of theirs."""
    (home / "bin").mkdir()
    (home / "bin" / "pip").write_text("#!/bin/sh\necho ran\n")
    (home / "bin" / "pip").chmod(0o755)
    (home / "bin" / "python").symlink_to("/bin/true")
    own(home / "bin")
    for name in ("pip", "python"):
        with pytest.raises(Failed, match="not run as root"):
            hands.run((str(home / "bin" / name),), user=user)
        reading = CommandOutput((str(home / "bin" / name), "--version"), user)
        said = answer([reading])[reading]
        assert isinstance(said, Unknown)
    assert hands.run(("/bin/echo", "ran"), user=user) == "ran"
