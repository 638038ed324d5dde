"""Carry changes out: the only module that changes a machine.

Programs are run through the `sh` package, each in a session of its own, with standard input closed or given. Below a
folder that root does not own, files are accessed as its owner: an installer that follows a user's links as root can be
exploited.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
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
from wizard.host.owners import owner_of
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
    """Carries changes out on this machine. `say` receives every line that a program prints; `lock` is the descriptor
    that programs inherit."""

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
        """Run a program, passing its lines to `say`; raises `Failed` for an exit status that is not in `accept`, or
        after `deadline` seconds.

        Retries for up to ten minutes while another process locks the package manager's lists.
        """
        began = time.monotonic()
        while True:
            status, output = self._once(words, user, cwd, env, stdin, deadline)
            busy = next(
                (line for line in output.splitlines() if line.startswith("E: ") and _contains_any(BUSY, line)), ""
            )
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
        """Return the bytes of a file."""
        with self._acting_as_owner(path):
            return Path(path).read_bytes()

    def write(self, path: str, data: bytes, *, mode: int, owner: str, group: str) -> None:
        """Write a file atomically, with its owner and mode."""
        place = Path(path)
        with self._acting_as_owner(path):
            # A fixed name, so that the next run replaces what a killed one left.
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
        """Create a folder, or set owner and mode of an existing one."""
        with self._acting_as_owner(path):
            Path(path).mkdir(exist_ok=True)
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.geteuid() == 0:
                    os.fchown(descriptor, pwd.getpwnam(owner).pw_uid, _gid(group))
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)

    def remove(self, path: str) -> None:
        """Remove a file, a link or an empty folder, if it exists."""
        with self._acting_as_owner(path):
            place = Path(path)
            if place.is_dir() and not place.is_symlink():
                place.rmdir()
            else:
                place.unlink(missing_ok=True)

    def remove_tree(self, path: str) -> None:
        """Remove a folder with its contents, without following links."""
        with self._acting_as_owner(path):
            if Path(path).exists():
                shutil.rmtree(path)

    def link(self, path: str, target: str) -> None:
        """Create or replace a symbolic link atomically. Raises `Failed` if a folder is in its place."""
        with self._acting_as_owner(path):
            place = Path(path)
            if place.is_dir() and not place.is_symlink():
                raise Failed(_("{path} is a folder, where a link should be").format(path=path))
            aside = place.with_name(f".{place.name}.jalon")
            aside.unlink(missing_ok=True)
            aside.symlink_to(target)
            aside.replace(place)

    def set_mode(self, path: str, mode: int) -> None:
        """Set the permission bits."""
        with self._acting_as_owner(path):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)

    def restored(self, name: str) -> bytes:
        """Return a file that was kept in the state's `replaced/`."""
        return (self._state.replaced / Path(name).name).read_bytes()

    def dump_database(self, name: str, port: int) -> str:
        """Dump a database into `replaced/` (0600) and return the file's name there. A `name` that starts with a slash
        is the path of an SQLite file."""
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
        """Copy through SQLite's backup API, which is consistent while the file is written to."""
        import sqlite3
        from contextlib import closing

        with (
            self._acting_as_owner(path),
            closing(sqlite3.connect(path)) as live,
            closing(sqlite3.connect(place)) as copy,
        ):
            live.backup(copy)
        self._say(_("dumped into {path}").format(path=place))

    def scratch(self) -> Path:
        """Create a private temporary folder, removed by `close`."""
        folder = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-"))
        self._scratch.append(folder)
        return folder

    def close(self) -> None:
        """Remove the temporary folders of this run and of runs that were killed."""
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
                _terminate(child)
                raise Failed(
                    _("{name} did not end within {minutes:.0f} minutes").format(name=words[0], minutes=deadline / 60),
                    output="\n".join(lines),
                ) from None
            except BaseException:
                gone.set()
                _terminate(child)
                raise
        return int(child.exit_code), "\n".join(lines)

    @contextmanager
    def _acting_as_owner(self, path: str) -> Iterator[None]:
        """Act as the owner of the first parent of a path that root does not own."""
        with _os_errors_as_failed(path):
            owner = owner_of(str(Path(path).parent)) if os.geteuid() == 0 else None
            if owner is None:
                yield
                return
            kept = os.getgroups()
            os.setgroups(owner.gids)
            os.setegid(owner.gids[0])
            os.seteuid(owner.uid)
            try:
                yield
            finally:
                os.seteuid(0)
                os.setegid(0)
                os.setgroups(kept)


def _contains_any(needles: Sequence[str], text: str) -> bool:
    return any(needle in text for needle in needles)


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
def _os_errors_as_failed(path: str) -> Iterator[None]:
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


def _terminate(child: object) -> None:
    """Terminate a command's process group, and kill what is left of it after a grace period."""
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
    """Return pairs of a message of programs and its remedy; the first match counts."""
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
