"""Carry changes out: the only module that changes a machine.

Programs are run through the `sh` package, each in a session of its own, with standard input closed or given. Below a
folder that root does not own, files are accessed by a child that has become its owner for good, and everywhere by
descriptors (`wizard.acting`): an installer that follows a user's links as root can be exploited.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from wizard.acting import entries, giving
from wizard.acting.as_owner import as_owner
from wizard.acting.outward import Outward
from wizard.acting.trouble import Trouble
from wizard.base.language import _
from wizard.base.last_words import git_words, last_words
from wizard.base.secret import Secret
from wizard.base.system_words import os_words
from wizard.changes.change import Failed, RoleLogin
from wizard.host import opening
from wizard.host.children import as_user, environment
from wizard.host.files import user_name
from wizard.host.opening import Refused
from wizard.host.owners import Owner, foreign_program, owner_of
from wizard.host.postgresql import NEVER_IN_CLEAR, SAFE_PATH
from wizard.host.proxies import Network
from wizard.host.proxy_files import settings
from wizard.record.lock import goes_to_a_user, held_for
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
# What is kept and passed on of a program's output, in characters: a dump that is restored may say something for ever.
MOST_HEARD = 16 * 2**20

Say = Callable[[str], None]


class Streams(NamedTuple):
    """Files that are a program's standard input and output, and descriptors that it keeps."""

    source: BinaryIO | None = None
    sink: BinaryIO | None = None
    kept: frozenset[int] = frozenset()


NO_STREAMS = Streams()


class Machine:
    """Carries changes out on this machine. `say` receives every line that a program prints; `lock` is the descriptor
    that programs inherit; `network` what the machine and the answers say of proxies."""

    def __init__(self, state: State, say: Say, lock: int | None = None, network: Network | None = None) -> None:
        self._state = state
        self._say = say
        self._outward = Outward(settings() if network is None else network, say)
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
        unread: bool = False,
    ) -> str:
        """Run a program, passing its lines to `say`; raises `Failed` for an exit status that is not in `accept`, or
        after `deadline` seconds.

        Retries for up to ten minutes while another process locks the package manager's lists.
        """
        if user in (None, "root") and (owner := foreign_program(words[0])):
            text = _("{program} is not run as root: it is {owner}'s to exchange")
            remedy = _("give it to root, with all that lies beside it, or run it as {owner}").format(owner=owner.name)
            raise Failed(text.format(program=words[0], owner=owner.name), remedy=remedy)
        fetch = self._outward.fetch(words, {name: str(value) for name, value in (env or {}).items()})
        if fetch and (trouble := self._outward.before(fetch)):
            raise Failed(trouble.text, remedy=trouble.remedy)
        if fetch:
            env = {**self._outward.environment(fetch), **(env or {})}
        began = time.monotonic()
        while True:
            status, output = self._once(words, user, cwd, env, stdin, deadline, unread=unread)
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
            failed = _failure(words, user, status, output)
            trouble = self._outward.after(fetch, output) if fetch else None
            raise failed if trouble is None else _because(trouble, failed)
        return output

    def need_way_out(self) -> None:
        """Raises `Failed` where a proxy that is set for all is seen to let nobody out."""
        if trouble := self._outward.first():
            raise Failed(trouble.text, remedy=trouble.remedy)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return _act(path, lambda owner: opening.read(path))

    def write(self, path: str, data: bytes, *, mode: int, owner: str, group: str) -> None:
        """Write a file atomically, with its owner and mode."""
        ids = _ids(owner, group)
        _act(path, lambda who: entries.write(path, data, mode=mode, ids=None if who else ids, owner=who))

    def make_directory(self, path: str, *, mode: int, owner: str, group: str) -> None:
        """Create a folder, or set owner and mode of an existing one."""
        ids = _ids(owner, group)
        _act(path, lambda who: entries.make_directory(path, mode=mode, ids=None if who else ids, owner=who))

    def remove(self, path: str) -> None:
        """Remove a file, a link or an empty folder, if it exists."""
        _act(path, lambda owner: entries.remove(path, owner))

    def remove_empty(self, path: str) -> None:
        """Remove a folder, if it exists and is empty."""
        _act(path, lambda owner: entries.remove_empty(path, owner))

    def remove_tree(self, path: str) -> None:
        """Remove a folder with its contents, or what is in its place, without following links."""
        _act(path, lambda owner: entries.remove_tree(path, owner))

    def link(self, path: str, target: str) -> None:
        """Create or replace a symbolic link atomically. Raises `Failed` if a folder is in its place."""
        _act(path, lambda owner: entries.link(path, target, owner))

    def set_mode(self, path: str, mode: int) -> None:
        """Set the permission bits."""
        _act(path, lambda owner: entries.set_mode(path, mode, owner))

    def hand_over(self, path: str, owner: str) -> None:
        """Give a user a file or folder that root left in that user's own folder."""
        with _os_errors_as_failed(path):
            giving.hand_over(path, _of_account(owner))

    def hand_over_tree(self, path: str, owner: str) -> None:
        """Give a user a folder in one of root's, with its contents."""
        with _os_errors_as_failed(path):
            giving.hand_over_tree(path, _of_account(owner))

    def take_back(self, path: str, mode: int) -> None:
        """Give a home to root, if it exists, with that mode; not its contents."""
        with _os_errors_as_failed(path):
            giving.take_back(path, mode)

    def restored(self, name: str) -> bytes:
        """Return a file that was kept in the state's `replaced/`."""
        return (self._state.replaced / Path(name).name).read_bytes()

    def dump_database(self, name: str, port: int, role: RoleLogin | None = None) -> str:
        """Dump a database into `replaced/` (0600), logged in as that role, and return the file's name there. A `name`
        that starts with a slash is the path of an SQLite file, which needs no role."""
        self._state.make()
        file = f"{time.strftime('%Y-%m-%dT%H%M%S')}-{Path(name).name}.dump"
        place = self._state.replaced / file
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if role is None:
            self._copy_database(name, place)
            return file
        self.run_as_role(("pg_dump", "-w", "--format=custom"), role, writes=str(place))
        self._say(_("dumped into {path}").format(path=place))
        return file

    def run_as_role(
        self,
        words: Sequence[str],
        role: RoleLogin,
        *,
        stdin: str | None = None,
        reads: str = "",
        writes: str = "",
        deadline: float = 1800,
    ) -> str:
        """Run one of PostgreSQL's programs as `nobody`, logged in as that role; see `Hands`."""
        nobody = pwd.getpwnam("nobody")
        with _os_errors_as_failed(reads or writes), ExitStack() as opened:
            source = opened.enter_context(opening.stream(reads)) if reads else None
            sink = opened.enter_context(open(writes, "wb")) if writes else None  # noqa: PTH123
            passwords = opened.enter_context(os.fdopen(os.memfd_create("pgpass", 0), "wb"))
            # Without a name, so that nobody finds it; of a plain file that is his alone, or libpq would not read it.
            passwords.write(f"*:*:*:*:{role.password.reveal()}\n".encode())
            passwords.flush()
            os.fchmod(passwords.fileno(), 0o600)
            os.fchown(passwords.fileno(), nobody.pw_uid, nobody.pw_gid)
            env = {
                "PGHOST": "localhost",
                "PGPORT": str(role.port),
                "PGUSER": role.name,
                "PGDATABASE": role.database,
                "PGPASSFILE": f"/proc/self/fd/{passwords.fileno()}",
                "PGAPPNAME": "jalon",
                **NEVER_IN_CLEAR,
                **SAFE_PATH,
            }
            streams = Streams(source, sink, frozenset({passwords.fileno()}))
            status, output = self._once(words, "nobody", "/", env, stdin, deadline, streams)
        if status:
            raise _failure(words, "nobody", status, output)
        return output

    def _copy_database(self, path: str, place: Path) -> None:
        """Copy through SQLite's backup API, which is consistent while the file is written to."""
        owner = _owner(path)
        if owner is None:
            with _os_errors_as_failed(path):
                entries.back_up(path, str(place))
        else:
            # The child may write nowhere else.
            folder = self.scratch()
            os.chown(folder, owner.uid, owner.gids[0])
            _act(path, lambda _owner: entries.back_up(path, str(folder / "copy")))
            with _os_errors_as_failed(path):
                entries.take(str(folder / "copy"), owner, str(place))
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
        streams: Streams = NO_STREAMS,
        unread: bool = False,
    ) -> tuple[int, str]:
        import sh

        lines: list[str] = []
        gone = threading.Event()

        left = MOST_HEARD

        def heard(chunk: str) -> None:
            nonlocal left
            left -= len(chunk)
            if left < 0:
                return
            # A program redraws its progress with carriage returns; each state of it is a line.
            for line in chunk.replace("\r", "\n").splitlines():
                if line.strip() and not gone.is_set():
                    lines.append(line)
                    self._say(line)

        given = {name: value.reveal() if isinstance(value, Secret) else value for name, value in (env or {}).items()}
        # The user's own folder is entered as that user: root might be led astray by a link.
        argv = as_user(user, words if cwd == "/" else ("env", f"--chdir={cwd}", *words))
        inherited = [] if self._lock is None else [self._lock]
        if self._lock is not None and goes_to_a_user(argv):
            argv = held_for(argv, self._lock, deadline + 60)
        around = environment(user, given)
        try:
            command = sh.Command(argv[0], around["PATH"].split(":"))
        except sh.CommandNotFound:
            return 127, _("{name}: there is no such program").format(name=argv[0])
        with open(os.devnull) as nothing:  # noqa: PTH123
            child = command.bake(*argv[1:])(
                _in=streams.source or (nothing if stdin is None else stdin),
                _out=streams.sink or heard,
                _err=heard,
                _env=around,
                _cwd="/",
                _new_session=True,
                _tty_out=False,
                _bg=True,
                _bg_exc=False,
                _ok_code=list(range(256)) + [-number for number in range(1, 65)],
                _pass_fds={*streams.kept, *inherited},
                _encoding="utf-8",
                _decode_errors="replace",
                _internal_bufsize=0,
                _truncate_exc=False,
                _preexec_fn=_ignore_broken_pipes if unread else None,
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


def _ignore_broken_pipes() -> None:
    """Let a program live on when nobody reads its output any more."""
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def _contains_any(needles: Sequence[str], text: str) -> bool:
    return any(needle in text for needle in needles)


def _act(path: str, work: Callable[[Owner | None], bytes | None]) -> bytes:
    """Do work about an entry: as the owner of the first folder above it that is not root's, in a child that is that
    owner for good; here where all of them are root's, or for an ordinary user."""
    with _os_errors_as_failed(path):
        owner = _owner(path)
        if owner is None:
            return work(None) or b""
        return as_owner(owner, path, lambda: work(owner))


def _owner(path: str) -> Owner | None:
    """The owner of the folder that an entry is in; None where it is root's, or for an ordinary user."""
    return owner_of(str(Path(path).parent)) if os.geteuid() == 0 else None


def _ids(owner: str, group: str) -> tuple[int, int] | None:
    """The numbers of owner and group; None for an ordinary user, who can set neither."""
    return (pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid) if os.geteuid() == 0 else None


def _of_account(name: str) -> tuple[int, int]:
    account = pwd.getpwnam(name)
    return account.pw_uid, account.pw_gid


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
        text = str(error) if isinstance(error, Refused) else f"{path}: {os_words(error)}"
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
            "detected dubious ownership",
            _("git touches nothing that belongs to another user: give that folder back to its user (`chown -R`)"),
        ),
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


def _because(trouble: Trouble, failed: Failed) -> Failed:
    """The failure of a program, told by what is the matter with its way out."""
    text = _("{trouble}. {failure}").format(trouble=trouble.text, failure=failed.text)
    return Failed(text, remedy=trouble.remedy, output=failed.output, status=failed.status)


def _failure(words: Sequence[str], user: str | None, status: int, output: str) -> Failed:
    last = " / ".join(("git" in words and git_words(output)) or last_words(output))
    fitting = (text for mark, text in _remedies() if mark in output and (mark != "repository" or "git" in words))
    text = _("`{command}` as {user} ended with status {status}: {last}").format(
        command=" ".join(words[:6]) + (" ..." if len(words) > 6 else ""),
        user=user or user_name(os.geteuid()),
        status=status,
        last=last,
    )
    return Failed(text, remedy=next(fitting, ""), output=output, status=status)
