"""The one way to open what may be foreign (see `wizard.host.owners`), as root or as anybody.

As root, a path is walked by descriptors, and nothing foreign is entered or followed: that is for a child which became
its owner. There, and for an ordinary user, the system's own rights decide. Either way only regular files are read, at
most as much of them as they held when they were opened, and folders up to a number of names. So nothing here waits for
somebody else, fills the memory, or reads a device.

Everything raises `OSError`: `FileNotFoundError` and `NotADirectoryError` where there is nothing, `PermissionError`
where this user may not look, `Refused` with a sentence for a person.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wizard.base.language import _
from wizard.base.system_words import os_words
from wizard.host.descriptors import walk
from wizard.host.owners import is_foreign
from wizard.host.reading import Unknown

MOST = 16 * 2**20
MOST_NAMES = 20_000
# What the kernel makes up has no size until it is read.
MADE_UP = ("/proc/", "/sys/")
# Of linux/fs.h: the request FS_IOC_GETFLAGS, whose number holds the size of a word of the machine, and one flag.
_GET_FLAGS = 2 << 30 | struct.calcsize("l") << 16 | ord("f") << 8 | 1
_IMMUTABLE = 0x10
_AT = os.O_PATH | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


class Refused(OSError):
    """What is at a path is not opened; the text says why, with the path."""

    def __init__(self, why: str, path: str) -> None:
        super().__init__(errno.EPERM, why, path)

    def __str__(self) -> str:
        return str(self.strerror)


def read(path: str | Path, most: int = MOST, *, one_name: bool = False) -> bytes:
    """Return the bytes of a regular file of at most `most` bytes. Links are followed; with `one_name`, neither is a
    link followed nor a file read that has another name (a hard link) somewhere."""
    with _at(str(path), follow=not one_name) as (place, found):
        _regular(path, found)
        if one_name and found.st_nlink > 1:
            raise Refused(_("{path} has another name elsewhere, and is not read").format(path=path), str(path))
        if found.st_size > most:
            text = _("{path} has {size} bytes, more than the {most} that are read")
            raise Refused(text.format(path=path, size=found.st_size, most=most), str(path))
        return _bytes(place, found.st_size)


def text(path: str | Path, most: int = MOST, *, errors: str = "replace") -> str:
    """Return a regular file as text in UTF-8; its lines may end in any way."""
    return read(path, most).decode(errors=errors).replace("\r\n", "\n").replace("\r", "\n")


def tail(path: str | Path, most: int) -> bytes:
    """Return the last bytes of a regular file of any size."""
    with _at(str(path)) as (place, found):
        _regular(path, found)
        return _bytes(place, min(found.st_size, most), max(0, found.st_size - most))


@contextmanager
def stream(path: str | Path) -> Iterator[BinaryIO]:
    """Open a regular file of any size, for a program to read."""
    with _at(str(path)) as (place, found):
        _regular(path, found)
        with os.fdopen(os.open(f"/proc/self/fd/{place}", _READ), "rb") as opened:
            yield opened


def made_up(path: str | Path, most: int = 2**20) -> bytes:
    """Return what the kernel says below /proc or /sys, as far as `most` bytes."""
    if not str(path).startswith(MADE_UP):
        raise Refused(_("{path} is not the kernel's").format(path=path), str(path))
    descriptor = os.open(path, _READ | os.O_NOFOLLOW)
    try:
        parts: list[bytes] = []
        while sum(map(len, parts)) < most and (part := os.read(descriptor, 2**16)):
            parts.append(part)
        return b"".join(parts)[:most]
    finally:
        os.close(descriptor)


def made_up_links(folder: str, most: int) -> tuple[list[str], bool]:
    """Return where the links of a folder below /proc lead to, at most so many, and whether these are all."""
    if not folder.startswith(MADE_UP):
        raise Refused(_("{path} is not the kernel's").format(path=folder), folder)
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if len(found) == most:
                return found, False
            try:
                found.append(os.readlink(entry.path))  # noqa: PTH115 - of many, for which `Path` is the most
            except OSError:  # closed meanwhile, or no link
                found.append("")
    return found, True


def names(folder: str | Path, most: int = MOST_NAMES) -> list[str]:
    """Return the names in a folder, sorted."""
    found: list[str] = []
    with _opened_folder(str(folder)) as descriptor, os.scandir(descriptor) as entries:
        for entry in entries:
            if len(found) == most:
                text = _("{path} holds more than the {most} names that are read")
                raise Refused(text.format(path=folder, most=most), str(folder))
            found.append(entry.name)
    return sorted(found)


def names_if_there(folder: str | Path) -> list[str]:
    """Return the names in a folder, sorted; none where there is no such folder."""
    try:
        return names(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def status(path: str | Path, *, follow: bool = False) -> os.stat_result:
    """Return the status of an entry; with `follow`, of what a link leads to."""
    with _at(str(path), follow=follow) as (_place, found):
        return found


def look(path: str | Path, name: str) -> tuple[os.stat_result, str, bytes]:
    """Return the status of an entry, where it leads if it is a link, and an extended attribute of it if it is none."""
    with _at(str(path), follow=False) as (place, found):
        if stat.S_ISLNK(found.st_mode):
            return found, os.readlink("", dir_fd=place), b""
        return found, "", _attribute(place, name)


def immutable(path: str | Path) -> bool:
    """Whether a regular file or a folder has the attribute `i`. False where it has no attributes, as on some file
    systems, or where there is nothing."""
    try:
        with _at(str(path)) as (place, found):
            if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
                return False
            descriptor = os.open(f"/proc/self/fd/{place}", _READ)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        flags = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return bool(int.from_bytes(flags[:4], sys.byteorder) & _IMMUTABLE)


def space(path: str | Path) -> os.statvfs_result:
    """Return the state of the file system that a path is on."""
    with _at(str(path)) as (place, _found):
        return os.fstatvfs(place)


def exists(path: str | Path) -> bool:
    """Whether there is something, a link's target included. Raises `OSError` where that cannot be said."""
    return _mode(path) is not None


def is_file(path: str | Path) -> bool:
    """Whether there is a regular file, or a link to one. Raises `OSError` where that cannot be said."""
    return stat.S_ISREG(_mode(path) or 0)


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder, or a link to one. Raises `OSError` where that cannot be said."""
    return stat.S_ISDIR(_mode(path) or 0)


def unknown(path: str | Path, error: OSError) -> Unknown:
    """Return the answer of a reading that could not open something for another reason than that it is missing."""
    if isinstance(error, Refused):
        return Unknown(str(error))
    if isinstance(error, PermissionError):
        return Unknown(_("{path}: this user may not look there").format(path=path), needs="root")
    return Unknown(f"{path}: {os_words(error)}")


def _attribute(place: int, name: str) -> bytes:
    try:
        # A descriptor that opens nothing has no attributes of its own.
        return os.getxattr(f"/proc/self/fd/{place}", name)
    except OSError:  # none, or none on this file system
        return b""


def _mode(path: str | Path) -> int | None:
    try:
        return status(path, follow=True).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _regular(path: str | Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise Refused(_("{path} is no regular file, and is not read").format(path=path), str(path))


def _bytes(place: int, size: int, start: int = 0) -> bytes:
    """Read what a descriptor of the path stands for: only now, as opening a device or a FIFO may do something."""
    descriptor = os.open(f"/proc/self/fd/{place}", _READ)
    try:
        parts, left = [], size
        while left and (part := os.pread(descriptor, left, start)):
            parts.append(part)
            left, start = left - len(part), start + len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


@contextmanager
def _opened_folder(path: str) -> Iterator[int]:
    with _at(path) as (place, _found):
        descriptor = os.open(f"/proc/self/fd/{place}", _READ | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _at(path: str, *, follow: bool = True) -> Iterator[tuple[int, os.stat_result]]:
    """A descriptor of what is at a path, which opens nothing yet, and its status."""
    try:
        if os.geteuid() == 0:
            place, found = _walk(path, follow)
        else:
            place = os.open(path, _AT | (0 if follow else os.O_NOFOLLOW))
            found = os.fstat(place)
    except ValueError:  # a NUL, or a character that no name can hold
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path) from None
    try:
        yield place, found
    finally:
        os.close(place)


def _walk(path: str, follow: bool) -> tuple[int, os.stat_result]:
    """Root's way: component by component, none of which anybody else may have put there."""

    def check(found: os.stat_result, above: os.stat_result, folder: str, last: bool) -> None:
        if (follow or not last) and is_foreign(found, above, folder, last=last):
            raise Refused(_("{path} is not root's all the way, and root does not go there").format(path=path), path)

    return walk(path, check, follow=follow)
