"""What is somebody else's is read as that user; whatever it does, the other readings are answered."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from wizard.host import foreign, reader_child, sqlite
from wizard.host.files import Content, EntryAt, Listing
from wizard.host.foreign import ForeignReaders
from wizard.host.live import Live
from wizard.host.logs import LONGEST, LogTail
from wizard.host.opening import MOST_NAMES
from wizard.host.owners import Limits, Owner, nobody
from wizard.host.reading import Reading, Unknown
from wizard.host.reading_owners import ReadingOwners
from wizard.host.sqlite import InsideFile

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root reads as another user")
TENANT = pwd.getpwnam("games")
OWNER = Owner(TENANT.pw_uid, (TENANT.pw_gid,)) if os.geteuid() == 0 else Owner(os.geteuid(), (os.getegid(),))
PLACE = f"{__name__}:answer"


class Doing(Reading[Any]):
    """Something that a reader does, below a path."""

    family: ClassVar[str] = "doing"
    patience: ClassVar[float] = 60.0
    what: str
    path: str = "/"


class Briefly(Doing):
    """The same, for which nobody waits long."""

    patience: ClassVar[float] = 0.3


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """What a guide's reader may do wrong, and what it sees."""
    return {one: _done(one.what, one.path) for one in readings if isinstance(one, Doing)}


def _done(what: str, path: str) -> Any:
    held = []
    while what == "loop":
        pass
    while what == "eat":
        held.append(bytearray(2**20))
    if what in ("SIGKILL", "SIGSTOP", "SIGSEGV"):
        os.kill(os.getpid(), signal.Signals[what])
    if what == "sleep":
        time.sleep(60)
    if what == "raise":
        raise ZeroDivisionError("zero")
    if what == "code":
        return os.getcwd
    if what == "flood":
        return bytes(reader_child.MOST_ANSWERED + 1)
    if what == "deep":
        nested: list[Any] = []
        for _ in range(100_000):
            nested = [nested]
        return nested
    told: dict[str, Any] = {
        "pid": os.getpid(),
        "user": os.getresuid(),
        "descriptors": {one.name: str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()},
        "traceable": Path("/proc/self/environ").stat().st_uid != 0,
    }
    return told.get(what, what)


@pytest.fixture
def readers() -> Iterator[ForeignReaders]:
    """Ended with the test."""
    made = ForeignReaders()
    yield made
    made.close()


@pytest.fixture
def home() -> Iterator[Path]:
    """A tenant's home, which the tenant can get to."""
    # In memory, where so many names are made at once.
    top = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else "/var/tmp"))
    top.chmod(0o755)
    made = top / "home"
    made.mkdir()
    if os.geteuid() == 0:
        os.chown(made, TENANT.pw_uid, TENANT.pw_gid)
    yield made
    shutil.rmtree(top)


def children() -> set[int]:
    """The processes below this one, zombies too."""
    found: set[int] = set()
    left = [os.getpid()]
    while left:
        for file in Path(f"/proc/{left.pop()}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                new = {int(pid) for pid in file.read_text().split()} - found
                found |= new
                left += new
    return found


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No process outlives a test."""
    gc.collect()
    before = children()
    yield
    gc.collect()
    until = time.monotonic() + 60
    while children() - before and time.monotonic() < until:
        time.sleep(0.01)
    assert children() - before == set()


class TestAnswers:
    @pytest.mark.parametrize(
        ("what", "why"),
        [
            (Briefly("loop"), "no answer within 0.3 s"),
            (Briefly("sleep"), "no answer within 0.3 s"),
            (Briefly("SIGSTOP"), "no answer within 0.3 s"),
            (Doing("SIGKILL"), "was killed"),
            (Doing("SIGSEGV"), "ended with status -11"),
            (Doing("eat"), "more memory than a reading may"),
            (Doing("flood"), "more memory than a reading may"),
            (Doing("deep"), "cannot be handed over"),
            (Doing("code"), "cannot be handed over"),
            (Doing("raise"), "it could not be read: ZeroDivisionError: zero"),
        ],
    )
    def test_what_breaks_is_unknown_and_all_else_is_answered(
        self, readers: ForeignReaders, monkeypatch: pytest.MonkeyPatch, what: Doing, why: str
    ) -> None:
        monkeypatch.setattr(foreign, "LIMITS", Limits(memory=150 * 2**20))
        wanted = [Doing("a"), what, Doing("b")]
        found = readers.answer(OWNER, PLACE, wanted)
        assert (found[wanted[0]], found[wanted[2]]) == ("a", "b")
        assert isinstance(found[wanted[1]], Unknown) and why in found[wanted[1]].why
        assert readers.answer(OWNER, PLACE, [Doing("c")]) == {Doing("c"): "c"}

    def test_too_much_processor_is_too_long(self, readers: ForeignReaders, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(foreign, "LIMITS", Limits(seconds=1))
        found = readers.answer(OWNER, PLACE, [Doing("loop"), Doing("a")])
        assert found[Doing("a")] == "a" and "was killed, or took too long" in found[Doing("loop")].why

    def test_after_some_lost_answers_nobody_waits_any_more(self, readers: ForeignReaders) -> None:
        wanted = [Doing("SIGKILL", f"/{number}") for number in range(50)]
        found = readers.answer(OWNER, PLACE, wanted)
        assert sum("not asked any more" in one.why for one in found.values()) == 50 - foreign.MOST_LOST
        readers.forget()
        assert "not asked any more" in readers.answer(OWNER, PLACE, [Doing("a")])[Doing("a")].why
        readers.forget(anew=True)
        assert readers.answer(OWNER, PLACE, [Doing("a")]) == {Doing("a"): "a"}

    def test_who_was_waited_for_in_vain_is_given_less_time(
        self, readers: ForeignReaders, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(foreign, "HURRIED", 0.2)
        wanted = [Briefly("sleep", "/1"), Briefly("sleep", "/2"), Doing("sleep", "/3")]
        whys = [getattr(one, "why", one) for one in readers.answer(OWNER, PLACE, wanted).values()]
        assert [why.partition(",")[0] for why in whys] == ["no answer within 0.3 s", *["no answer within 0.2 s"] * 2]
        readers.forget(anew=True)
        assert "0.3 s" in readers.answer(OWNER, PLACE, wanted[:1])[wanted[0]].why

    def test_who_answers_nearly_too_late_is_given_less_time_too(
        self, readers: ForeignReaders, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(foreign, "HURRIED", 0.2)
        monkeypatch.setattr(foreign, "NEARLY", 0.0)
        found = readers.answer(OWNER, PLACE, wanted := [Doing("a"), Doing("sleep")])
        assert found[wanted[0]] == "a" and "no answer within 0.2 s" in found[wanted[1]].why

    def test_one_child_serves_until_it_is_forgotten(self, readers: ForeignReaders) -> None:
        def pid() -> Any:
            return readers.answer(OWNER, PLACE, [Doing("pid")])[Doing("pid")]

        first = pid()
        assert first == pid() != os.getpid()
        readers.forget()
        assert not Path(f"/proc/{first}").exists()
        assert pid() != first

    def test_a_helper_that_is_killed_is_replaced(self, readers: ForeignReaders) -> None:
        before = children()
        assert readers.answer(OWNER, PLACE, [Doing("a")]) == {Doing("a"): "a"}
        for pid in children() - before:
            os.kill(pid, signal.SIGKILL)
        found = readers.answer(OWNER, PLACE, [Doing("a"), Doing("b")])
        assert found[Doing("b")] == "b"

    def test_threads_ask_side_by_side(self, readers: ForeignReaders) -> None:
        readers.prepare([PLACE])
        found: dict[str, Any] = {}

        def ask(number: int) -> None:
            one = Doing(f"x{number}")
            owner = OWNER if number % 2 or os.geteuid() else nobody()
            found[one.what] = readers.answer(owner, PLACE, [one])[one]

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {f"x{number}": f"x{number}" for number in range(20)}

    def test_an_interrupted_question_leaves_nothing(self, readers: ForeignReaders) -> None:
        before = children()
        readers.answer(OWNER, PLACE, [Doing("a")])
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            readers.answer(OWNER, PLACE, [Doing("sleep")])
        assert readers.answer(OWNER, PLACE, [Doing("b")]) == {Doing("b"): "b"}, "and no answer to another question"
        readers.close()
        assert children() <= before

    @as_root
    def test_the_child_has_nothing_of_root_s(self, readers: ForeignReaders, tmp_path: Path) -> None:
        with (tmp_path / "lock").open("w") as lock:
            os.set_inheritable(lock.fileno(), True)
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted = [Doing("user"), Doing("descriptors"), Doing("traceable")]
            found = readers.answer(OWNER, PLACE, wanted)
            assert found[Doing("user")] == (TENANT.pw_uid,) * 3
            assert found[Doing("traceable")] is False
            open_ones = found[Doing("descriptors")]
            assert {open_ones[name] for name in "012"} == {"/dev/null"}
            assert all(one.startswith(("socket:", "/proc/")) for name, one in open_ones.items() if name not in "012")
        with (tmp_path / "lock").open("w") as again:
            fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)  # neither child nor helper holds it

    def test_a_run_that_is_killed_leaves_nothing(self, home: Path) -> None:
        before = children()
        ready, tell = os.pipe()
        run = os.fork()
        if run == 0:
            readers = ForeignReaders()  # which would end them when it is gone
            readers.answer(OWNER, PLACE, [Doing("a")])
            os.write(tell, b".")
            time.sleep(60)
            os._exit(0)
        os.read(ready, 1)
        below = children() - before - {run}
        assert len(below) == 2, "the helper, and its child"
        os.kill(run, signal.SIGKILL)
        os.waitpid(run, 0)
        until = time.monotonic() + 60
        while any(Path(f"/proc/{pid}/exe").exists() for pid in below) and time.monotonic() < until:
            time.sleep(0.01)
        assert not [pid for pid in below if Path(f"/proc/{pid}/exe").exists()]


@as_root
class TestLive:
    @pytest.fixture
    def host(self) -> Iterator[Live]:
        """This machine."""
        made = Live(readers={"doing": PLACE})
        yield made
        made.close()

    @pytest.fixture
    def hostile(self, home: Path) -> Path:
        """A home full of what must stop nobody."""
        os.mkfifo(home / "fifo")
        (home / "zero").symlink_to("/dev/zero")
        (home / "shadow").symlink_to("/etc/shadow")
        (home / "environ").symlink_to("/proc/self/environ")
        (home / "circle").symlink_to("circle")
        (home / "good").write_text("good")
        (home / "many").mkdir()
        os.mknod(home / "device", 0o666 | 0o020000, os.makedev(1, 5))
        with (home / "sparse").open("wb") as file:
            file.truncate(40 * 10**9)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(home / "socket"))
        for path in home.iterdir():
            os.lchown(path, TENANT.pw_uid, TENANT.pw_gid)
        return home

    def test_a_hostile_home(self, host: Live, hostile: Path) -> None:
        names = ("fifo", "zero", "shadow", "environ", "circle", "device", "sparse", "socket", "good", "missing")
        host.expect([Content(f"{hostile}/{name}") for name in names])
        found: dict[str, Any] = {name: host.read(Content(f"{hostile}/{name}")) for name in names}
        assert (found["good"], found["missing"]) == (b"good", None)
        for name in ("fifo", "zero", "device", "socket"):
            assert "no regular file" in found[name].why
        assert "more than" in found["sparse"].why
        for name in ("shadow", "environ"):
            assert "(read as games)" in found[name].why and found[name].needs == ""
        assert host.get(LogTail(f"{hostile}/sparse")) == ("\0" * LONGEST,)
        entry = host.get(EntryAt(f"{hostile}/shadow"))
        assert entry and entry.target == "/etc/shadow"

    def test_a_folder_of_too_many_names(self, host: Live, hostile: Path) -> None:
        folder = os.open(hostile / "many", os.O_RDONLY)
        for number in range(MOST_NAMES + 1):
            os.symlink("x", str(number), dir_fd=folder)
        os.close(folder)
        found = host.read(Listing(f"{hostile}/many"))
        assert isinstance(found, Unknown) and "more than the 20000 names" in found.why

    def test_a_guide_s_own_reader_goes_the_same_way(self, host: Live, home: Path) -> None:
        assert host.get(Doing("user", f"{home}/x")) == (TENANT.pw_uid,) * 3
        assert host.get(Doing("user", "/etc")) == os.getresuid()
        assert host.get(Doing("user", "/tmp/no-such-thing")) == (nobody().uid,) * 3

    def test_a_file_that_no_field_names_counts_too(self, home: Path) -> None:
        class Below(Reading[Any]):
            folder: str

            @property
            def opens(self) -> tuple[str, ...]:
                return (f"{home}/x",)

        own, foreign_ones = ReadingOwners().by_owner([Below("/etc")])
        assert not own and list(foreign_ones) == [OWNER]

    def test_what_names_two_owners_is_read_as_nobody(self, home: Path) -> None:
        class Both(Reading[Any]):
            one: str
            other: str

        other = home.parent / "other"
        other.mkdir()
        os.chown(other, 54321, 54321)
        _own, foreign_ones = ReadingOwners().by_owner([Both(f"{home}/x", f"{other}/x")])
        assert list(foreign_ones) == [nobody()]

    def test_a_database_that_takes_too_long(self, host: Live, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = home / "db.sqlite3"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE django_migrations (app, name)")
            database.executemany(
                "INSERT INTO django_migrations VALUES ('a', ?)", [(str(n),) for n in range(sqlite.STEPS)]
            )
        os.chown(path, TENANT.pw_uid, TENANT.pw_gid)
        state = host.get(InsideFile(str(path)))
        assert state is not None and state.migrations is not None and len(state.migrations) == sqlite.STEPS
        # The next child has no time at all.
        host.close()
        monkeypatch.setattr(sqlite, "SECONDS", 0.0)
        host.forget(["*"])
        found: Any = host.read(InsideFile(str(path)))
        assert isinstance(found, Unknown) and "interrupted" in found.why

    def test_a_database_whose_schema_lies(self, host: Live, home: Path) -> None:
        path = home / "db.sqlite3"
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA writable_schema = ON")
            database.execute("CREATE VIEW django_migrations AS SELECT 1 AS app, 1 AS name")
            database.execute("UPDATE sqlite_master SET type = 'table' WHERE name = 'django_migrations'")
        os.chown(path, TENANT.pw_uid, TENANT.pw_gid)
        found: Any = host.read(InsideFile(str(path)))
        assert isinstance(found, Unknown)

    def test_families_side_by_side(self, host: Live, hostile: Path) -> None:
        host.expect([Content(f"{hostile}/good"), LogTail(f"{hostile}/good"), Doing("user", str(hostile))])
        host.prefetch()
        assert host.get(Content(f"{hostile}/good")) == b"good"
        assert host.get(LogTail(f"{hostile}/good")) == ("good",)
        assert host.get(Doing("user", str(hostile))) == (TENANT.pw_uid,) * 3


def test_an_answer_is_at_most_so_long() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall((reader_child.MOST_ANSWERED + 1).to_bytes(8, "big"))
        with pytest.raises(EOFError):
            reader_child.receive(ours, 1)


def test_an_answer_that_drips_is_late() -> None:
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        theirs.sendall((100).to_bytes(8, "big"))
        while not stop.wait(0.1):
            theirs.sendall(b"x")

    with ours, theirs:
        thread = threading.Thread(target=drip)
        thread.start()
        # It would be whole after ten seconds.
        with pytest.raises(TimeoutError):
            reader_child.receive(ours, 0.5)
        stop.set()
        thread.join()
