"""Files that only the one who runs Jalon, or root, may change: what is kept of an instance is obeyed, so it is read and
written nowhere else."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wizard.base.errors import NotOurs
from wizard.base.language import _
from wizard.host import trust
from wizard.host.files import user_name

READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
MOST = 64 * 2**20
"""Bytes that are read of one file: more than ten thousand changes make a journal."""


class TooLarge(OSError):
    """A file of more than `MOST` bytes, which no run of ours has written."""


def need_own(path: Path, users: Collection[int] | None = None) -> None:
    """Raises `NotOurs` where somebody else than `users` (this one unless said) and root could change what lies at
    `path`, there or by a folder or link above it. What is not there is nobody's."""
    found = trust.weakness(path, users)
    # What may not be looked at cannot be opened either, which says why.
    if found is None or found.kind == trust.CLOSED:
        return
    owner = user_name(found.owner)
    why = {
        trust.FOREIGN: _("{path} belongs to {owner}, who could change what lies there"),
        trust.WRITABLE: _("others may write {path}, and change what lies there"),
        trust.MOUNTED: _("{path} is a file system that somebody else mounted"),
        trust.STRANGE: _("{path} is neither a file nor a folder"),
        trust.CIRCLE: _("the links of {path} lead in a circle"),
    }[found.kind].format(path=found.path, owner=owner)
    remedies = []
    if found.kind == trust.WRITABLE and not found.mode & stat.S_ISVTX:
        remedies.append(_("look at what it holds; then: `chmod go-w {path}`").format(path=found.path))
    raise NotOurs(
        _("{why}: Jalon obeys nothing there, and writes nothing").format(why=why),
        *remedies,
        # What a person asked for has no other user to be asked by.
        owner=owner if found.kind == trust.FOREIGN and users is None else "",
    )


def read_own(path: Path) -> bytes:
    """The bytes of a file that nobody else may change, which is no link. Raises `NotOurs`, `TooLarge` and `OSError`."""
    need_own(path)
    with with_file_name(path), os.fdopen(os.open(path, READING), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise NotOurs(_("{path} is no file: nothing there is obeyed").format(path=path))
        if found.st_size > MOST:
            text = _("it has {size} bytes, more than the {most} that are read")
            raise TooLarge(errno.EFBIG, text.format(size=found.st_size, most=MOST), str(path))
        return file.read(MOST)


def own_json(path: Path) -> Any:
    """What such a file holds as JSON. Raises `ValueError` too, where it is none, or nested too deep."""
    try:
        return json.loads(read_own(path))
    except RecursionError:
        raise ValueError(_("it is nested too deep")) from None


def append_own(path: Path, data: bytes) -> None:
    """Adds to a file of ours (0600 where it is new), and waits until the disk has it."""
    need_own(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with with_file_name(path), os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def truncate_partial_line(path: Path) -> None:
    """Remove a last line that a crash truncated, so that the next entry starts on its own line."""
    try:
        whole, _newline, tail = read_own(path).rpartition(b"\n")
    except FileNotFoundError:
        return
    if tail:
        os.truncate(path, len(whole) + 1 if whole else 0)


def write_private(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Writes a file atomically, with its mode set from the start; a link in its place is replaced. Raises `NotOurs`
    where somebody else may write its folder."""
    need_own(path.parent)
    _replace(path, data, mode)


def write_asked(path: Path, data: bytes, mode: int, below: Path | None = None) -> None:
    """The same for a file that a person asked for, in a folder of theirs, also of the one who became root by sudo, or
    in one such as /tmp; what is missing above it is made. No link is followed `below` a folder. Raises `NotOurs`."""
    for above in path.parents if below else ():
        if above.is_symlink() and below in above.parents:
            text = _("{path} is a link, and nothing is written through it: choose an empty folder")
            raise NotOurs(text.format(path=above))
    users = trust.ourselves()
    need_own(path.parent / f".{path.name}.new", users)
    if not path.parent.exists():
        make_folder(path.parent, 0o755, users)
    _replace(path, data, mode)


def _replace(path: Path, data: bytes, mode: int) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with with_file_name(path), os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def make_folder(path: Path, mode: int, users: Collection[int] | None = None) -> None:
    """Makes a folder of ours, and what is missing above it (0755, whatever the umask); one of ours that is there gets
    that mode. Raises `NotOurs` where somebody else may write it, or made it first."""
    if path.exists():
        need_own(path.parent, users)
        if path.lstat().st_uid in (0, os.geteuid()) and not path.is_symlink():
            path.chmod(mode)
        need_own(path, users)
        return
    need_own(path, users)
    missing = [above for above in (path, *path.parents) if not above.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        need_own(one, users)
        one.chmod(mode if one == path else 0o755)


@contextmanager
def with_file_name(path: Path) -> Iterator[None]:
    """Adds the file's name to an `OSError` raised through a descriptor, such as for a full disk."""
    try:
        yield
    except TooLarge:
        raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or str(path)) from error
