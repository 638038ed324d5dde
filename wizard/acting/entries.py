"""Entries of folders, changed by descriptors. `owner` is whom this process has become for it (see `folders.parent_of`).

Everything raises `OSError` for what cannot be done; nothing follows a link in an entry's place.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress

from wizard.acting.folders import parent_of
from wizard.base.language import _
from wizard.host.files import user_name
from wizard.host.opening import Refused
from wizard.host.owners import Owner

Ids = tuple[int, int]
_AT = os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW


def write(path: str, data: bytes, *, mode: int, ids: Ids | None, owner: Owner | None = None) -> None:
    """Write a file atomically, with its mode and, as root, its owner and group (`ids`)."""
    with parent_of(path, owner) as (folder, name):
        aside = _make_room(folder, name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(aside, flags, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                if ids is not None:
                    os.fchown(file.fileno(), *ids)
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(aside, dir_fd=folder)
            raise
        _sync(folder)


def make_directory(path: str, *, mode: int, ids: Ids | None, owner: Owner | None = None) -> None:
    """Create a folder, or set mode and, as root, owner (`ids`) of one that is there; not of a third user's."""
    with parent_of(path, owner) as (folder, name):
        # With its mode at once: one that a killed run left with another would be taken for its owner's choice.
        with suppress(FileExistsError):
            os.mkdir(name, mode, dir_fd=folder)
        made = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        try:
            found = os.fstat(made)
            if ids is not None:
                if found.st_uid not in (0, ids[0]):
                    text = _("{path} is there and belongs to {owner}, and is not taken from them")
                    raise Refused(text.format(path=path, owner=user_name(found.st_uid)), path)
                os.fchown(made, *ids)
            os.fchmod(made, mode)
        finally:
            os.close(made)


def remove(path: str, owner: Owner | None = None) -> None:
    """Remove a file, a link or an empty folder, if it is there."""
    with suppress(FileNotFoundError), parent_of(path, owner) as (folder, name):
        _remove_entry(name, folder)


def remove_empty(path: str, owner: Owner | None = None) -> None:
    """Remove a folder if it is there and empty."""
    try:
        with parent_of(path, owner) as (folder, name):
            os.rmdir(name, dir_fd=folder)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST):
            raise


def remove_tree(path: str, owner: Owner | None = None) -> None:
    """Remove a folder with all that is in it, if it is there; what links in it, or one in its place, lead to stays."""
    # A folder above it may be gone already, and this with it.
    with suppress(FileNotFoundError), parent_of(path, owner) as (folder, name):
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=folder)
            return
        try:
            for _folder, inner, names, place in os.fwalk(name, topdown=False, onerror=_told, dir_fd=folder):
                for one in (*names, *inner):
                    _remove_entry(one, place)
        except RecursionError:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path) from None
        os.rmdir(name, dir_fd=folder)


def _told(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _remove_entry(name: str, folder: int) -> None:
    """Remove an entry that another process may have removed meanwhile."""
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            os.rmdir(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)


def link(path: str, target: str, owner: Owner | None = None) -> None:
    """Create or replace a symbolic link atomically. Raises `Refused` where a folder is in its place."""
    with parent_of(path, owner) as (folder, name):
        with suppress(FileNotFoundError):
            if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                raise Refused(_("{path} is a folder, where a link should be").format(path=path), path)
        aside = _make_room(folder, name)
        os.symlink(target, aside, dir_fd=folder)
        os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)


def set_mode(path: str, mode: int, owner: Owner | None = None) -> None:
    """Set the permission bits; not through a link."""
    with parent_of(path, owner) as (folder, name):
        place = os.open(name, _AT, dir_fd=folder)
        try:
            if stat.S_ISLNK(os.fstat(place).st_mode):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            # What the descriptor stands for: nothing is opened, whatever it is, and no name is looked up again.
            os.chmod(f"/proc/self/fd/{place}", mode)  # noqa: PTH101
        finally:
            os.close(place)


def back_up(path: str, copy: str) -> None:
    """Copy an SQLite database by its own backup, into a new file or an empty one."""
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as other:
            live.backup(other)
    except sqlite3.Error as error:
        raise Refused(f"{path}: {error}", path) from error


def take(path: str, owner: Owner, into: str) -> None:
    """Copy a file that an owner made in its own folder into one of ours that is there; not through a link."""
    with parent_of(path, owner) as (folder, name):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(name, flags, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as source:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != owner.uid or found.st_nlink != 1:
            raise Refused(_("{path} is not what was made there").format(path=path), path)
        with os.fdopen(os.open(into, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "wb") as target:
            shutil.copyfileobj(source, target)


def _make_room(folder: int, name: str) -> str:
    """A name beside it, fixed, so that the next run replaces what a killed one left."""
    aside = f".{name}.jalon"
    with suppress(FileNotFoundError):
        os.unlink(aside, dir_fd=folder)
    return aside


def _sync(folder: int) -> None:
    # One that may be written but not listed cannot be synced.
    with suppress(PermissionError):
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
