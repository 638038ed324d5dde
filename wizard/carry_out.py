"""The only place that changes a machine.

Programs run through `sh`, each in a session of its own, their standard input closed or given. Below a folder that
belongs to somebody, files are touched as that somebody: root that follows a link in a user's folder is how installers
are broken into.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.changes.change import Failed
from wizard.host.children import as_user, environment
from wizard.host.files import user_name
from wizard.record.state import State

# apt waits by itself for dpkg's lock, but not for that of its lists and archives.
BUSY = (
    "Could not get lock /var/lib/apt/lists/lock",
    "Could not get lock /var/cache/apt/archives/lock",
    "Unable to lock directory /var/lib/apt/lists",
    "Unable to lock directory /var/cache/apt/archives",
)
BUSY_PATIENCE = 600.0
GRACE = 10.0
SCRATCH = "jalon-"

Say = Callable[[str], None]


class Machine:
    """Carries changes out on this machine. `say` gets every line that a program prints."""

    def __init__(self, state: State, say: Say, lock: int | None = None) -> None:
        self._state = state
        self._say = say
        self._lock = lock
        self._scratch: list[Path] = []

    def run(
        self,
        words: Sequence[str],
        *,
        user: str | None = None,
        cwd: str = "/",
        env: Mapping[str, str | Secret] | None = None,
        stdin: str | None = None,
        deadline: float = 1800,
        accept: Sequence[int] = (0,),
    ) -> str:
        """Runs a program to its end, its lines going to `say`; raises `Failed` for another status than accepted.

        The package manager is waited for while another process holds its lists.
        """
        began = time.monotonic()
        while True:
            status, output = self._once(words, user, cwd, env, stdin, deadline)
            busy = next((line for line in output.splitlines() if line.startswith("E: ") and _any(BUSY, line)), "")
            if status in accept or not busy:
                break
            if time.monotonic() - began > BUSY_PATIENCE:
                text = _("the package manager is still held by another process after {minutes:.0f} minutes: {line}")
                raise Failed(text.format(minutes=BUSY_PATIENCE / 60, line=busy), output=output, status=75)
            self._say(_("waiting for another package manager: {line}").format(line=busy))
            time.sleep(5)
        if status not in accept:
            raise _failure(words, user, status, output)
        return output

    def read(self, path: str) -> bytes:
        """The bytes of a file that is being changed."""
        with self._acting_for(path):
            return Path(path).read_bytes()

    def write(self, path: str, data: bytes, *, mode: int, owner: str, group: str) -> None:
        """Puts a file in its place in one go."""
        place = Path(path)
        with self._acting_for(path):
            # Always the same name, so that what a killed run left there is replaced by the next.
            aside = place.with_name(f".{place.name}.jalon")
            aside.unlink(missing_ok=True)
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    if os.geteuid() == 0:
                        os.fchown(file.fileno(), pwd.getpwnam(owner).pw_uid, _gid(group))
                    os.fchmod(file.fileno(), mode)
                    os.fsync(file.fileno())
                aside.replace(path)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
            _sync(place.parent)

    def make_directory(self, path: str, *, mode: int, owner: str, group: str) -> None:
        """Makes one folder; one that is there keeps what is in it."""
        with self._acting_for(path):
            Path(path).mkdir(exist_ok=True)
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.geteuid() == 0:
                    os.fchown(descriptor, pwd.getpwnam(owner).pw_uid, _gid(group))
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)

    def remove(self, path: str) -> None:
        """Removes a file, a link or an empty folder; nothing where nothing is."""
        with self._acting_for(path):
            place = Path(path)
            if place.is_dir() and not place.is_symlink():
                place.rmdir()
            else:
                place.unlink(missing_ok=True)

    def remove_tree(self, path: str) -> None:
        """Removes a folder with all that is in it; links in it are not followed."""
        with self._acting_for(path):
            if Path(path).exists():
                shutil.rmtree(path)

    def link(self, path: str, target: str) -> None:
        """Makes or replaces a symbolic link in one go. A folder that stands there is not replaced."""
        with self._acting_for(path):
            place = Path(path)
            if place.is_dir() and not place.is_symlink():
                raise Failed(_("{path} is a folder, where a link should be").format(path=path))
            aside = place.with_name(f".{place.name}.jalon")
            aside.unlink(missing_ok=True)
            aside.symlink_to(target)
            aside.replace(place)

    def set_mode(self, path: str, mode: int) -> None:
        """Sets the permission bits."""
        with self._acting_for(path):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)

    def restored(self, name: str) -> bytes:
        """What was kept in `replaced/` under that name."""
        return (self._state.replaced / Path(name).name).read_bytes()

    def dump_database(self, name: str, port: int) -> str:
        """Dumps a database into `replaced/`, 0600, and returns the file's name there. A path is an SQLite file."""
        self._state.make()
        file = f"{time.strftime('%Y-%m-%dT%H%M%S')}-{Path(name).name}.dump"
        place = self._state.replaced / file
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if name.startswith("/"):
            self._copy_database(name, place)
            return file
        script = 'runuser -u postgres -- pg_dump --port "$1" --format custom -- "$2" >"$3"'
        self.run(("sh", "-c", script, "sh", str(port), name, str(place)))
        self._say(_("dumped into {path}").format(path=place))
        return file

    def _copy_database(self, path: str, place: Path) -> None:
        """By SQLite itself, which copies a file that is being written whole."""
        import sqlite3
        from contextlib import closing

        with self._acting_for(path), closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(place)) as copy:
            live.backup(copy)
        self._say(_("dumped into {path}").format(path=place))

    def scratch(self) -> Path:
        """An empty folder only we may enter, removed by `close`."""
        folder = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-"))
        self._scratch.append(folder)
        return folder

    def close(self) -> None:
        """Removes what was only for the run, and what a run that was killed left of that kind."""
        while self._scratch:
            shutil.rmtree(self._scratch.pop(), ignore_errors=True)
        for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*"):
            with suppress(OSError):
                process = folder.name.removeprefix(SCRATCH).partition("-")[0]
                ours = folder.lstat().st_uid == os.geteuid() and folder.is_dir() and not folder.is_symlink()
                if ours and process.isdigit() and not Path("/proc", process).exists():
                    shutil.rmtree(folder, ignore_errors=True)

    def _once(
        self,
        words: Sequence[str],
        user: str | None,
        cwd: str,
        env: Mapping[str, str | Secret] | None,
        stdin: str | None,
        deadline: float,
    ) -> tuple[int, str]:
        import sh

        lines: list[str] = []
        gone = threading.Event()

        def heard(chunk: str) -> None:
            # A program redraws its progress with carriage returns; each state of it is a line.
            for line in chunk.replace("\r", "\n").splitlines():
                if line.strip() and not gone.is_set():
                    lines.append(line)
                    self._say(line)

        given = {name: value.reveal() if isinstance(value, Secret) else value for name, value in (env or {}).items()}
        argv = as_user(user, words)
        around = environment(user, given)
        try:
            command = sh.Command(argv[0], around["PATH"].split(":"))
        except sh.CommandNotFound:
            return 127, _("{name}: there is no such program").format(name=argv[0])
        with open(os.devnull) as nothing:  # noqa: PTH123
            child = command.bake(*argv[1:])(
                _in=nothing if stdin is None else stdin,
                _out=heard,
                _err=heard,
                _env=around,
                _cwd=cwd,
                _new_session=True,
                _tty_out=False,
                _bg=True,
                _bg_exc=False,
                _ok_code=list(range(256)) + [-number for number in range(1, 65)],
                _pass_fds={self._lock} if self._lock is not None else set(),
                _encoding="utf-8",
                _decode_errors="replace",
                _internal_bufsize=0,
                _truncate_exc=False,
            )
            try:
                child.wait(timeout=deadline)
                # With a timeout, `sh` does not wait for what reads the output: its end would often be lost.
                child.process.wait()
            except sh.TimeoutException:
                _end(child)
                raise Failed(
                    _("{name} did not end within {minutes:.0f} minutes").format(name=words[0], minutes=deadline / 60),
                    output="\n".join(lines),
                ) from None
            except BaseException:
                gone.set()
                _end(child)
                raise
        return int(child.exit_code), "\n".join(lines)

    @contextmanager
    def _acting_for(self, path: str) -> Iterator[None]:
        """Acts as whoever owns the first folder on the way to a path that is not root's."""
        with _worded(path):
            owner = _first_owner(path) if os.geteuid() == 0 else None
            if owner is None:
                yield
                return
            kept = os.getgroups()
            groups = _groups(owner)
            os.setgroups(groups)
            os.setegid(groups[0])
            os.seteuid(owner.st_uid)
            try:
                yield
            finally:
                os.seteuid(0)
                os.setegid(0)
                os.setgroups(kept)


def _any(needles: Sequence[str], text: str) -> bool:
    return any(needle in text for needle in needles)


def _first_owner(path: str) -> os.stat_result | None:
    """The first thing on the way to a path that is not root's. A link of root's is walked as it leads: what is on
    its way counts too."""
    place, links = Path("/"), 0
    left = list(reversed(Path(path).parent.parts[1:]))
    while left:
        here = place / left.pop()
        try:
            found = here.lstat()
        except FileNotFoundError:
            return None
        if found.st_uid != 0:
            return found
        if stat.S_ISLNK(found.st_mode):
            links += 1
            if links > 40:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(here))
            target = here.readlink()
            place = Path("/") if target.is_absolute() else place
            left += reversed([part for part in target.parts if part != "/"])
        else:
            place = here
    return None


def _groups(owner: os.stat_result) -> list[int]:
    """The groups of an account, its own first; of what a deleted account left, the group it belongs to."""
    try:
        account = pwd.getpwuid(owner.st_uid)
    except KeyError:
        return [owner.st_gid]
    return [account.pw_gid, *os.getgrouplist(account.pw_name, account.pw_gid)]


def _gid(group: str) -> int:
    import grp

    return grp.getgrnam(group).gr_gid


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _worded(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedies = {
            errno.ENOSPC: _("free some room on its disk, then run this again"),
            errno.EDQUOT: _("free some room in its quota, then run this again"),
            errno.EROFS: _("make its file system writable, then run this again"),
        }
        text = f"{error.filename or path}: {error.strerror}"
        raise Failed(text, remedy=remedies.get(error.errno or 0, "")) from error


def _end(child: object) -> None:
    """Terminates a command's whole group, and kills what is left of it after a grace."""
    import signal

    group = getattr(child, "pid", 0)
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 2.0)):
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            return
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                os.killpg(group, 0)
            except (ProcessLookupError, PermissionError):
                return
            time.sleep(0.05)


def _remedies() -> Sequence[tuple[str, str]]:
    """What programs say, and what helps then; the first that fits counts."""
    return (
        ("No space left on device", _("the disk is full; free some room, then run this again")),
        ("enough free space in", _("the disk is full; free some room, then run this again")),
        (
            "Temporary failure resolving",
            _("no name is resolved: check the network and /etc/resolv.conf, then run this again"),
        ),
        ("Could not resolve host", _("that name is not resolved: check it, the network and /etc/resolv.conf")),
        ("Network is unreachable", _("there is no network: connect the machine, then run this again")),
        ("Connection timed out", _("the server does not answer: check the address, the network and the proxy")),
        ("Connection refused", _("the server refuses: check the address, the network and the proxy")),
        ("Read-only file system", _("make that file system writable, then run this again")),
        ("Failed to connect to", _("the server does not answer: check the address, the network and the proxy")),
        ("does not appear to be a git repository", _("check the address of the repository (the answer `source`)")),
        ("Repository not found", _("check the address of the repository (the answer `source`)")),
        (
            "repository",
            _("check the address of the repository (the answer `source`), and that this machine reaches it"),
        ),
        (
            "ensurepip is not available",
            _("install python3-venv (as root: apt install python3-venv), then run this again"),
        ),
        ("dpkg was interrupted", _("run: dpkg --configure -a")),
    )


def _failure(words: Sequence[str], user: str | None, status: int, output: str) -> Failed:
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "")
    fitting = (text for mark, text in _remedies() if mark in output and (mark != "repository" or "git" in words))
    text = _("`{command}` as {user} ended with status {status}: {last}").format(
        command=" ".join(words[:6]) + (" ..." if len(words) > 6 else ""),
        user=user or user_name(os.geteuid()),
        status=status,
        last=last,
    )
    return Failed(text, remedy=next(fitting, ""), output=output, status=status)
