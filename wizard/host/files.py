"""Readings of files, folders and links."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.values import Value
from wizard.host import acl, opening
from wizard.host.acl import Grant
from wizard.host.reading import Host, Reading, Unknown


class Entry(Value):
    """The entry at a path. `kind` is `file`, `directory`, `link`, `socket` or `other`; `mode` the permission bits;
    `changed` the later of mtime and ctime, in seconds since the epoch; `target` a link's target as stored; `acl` what
    an access control list adds to the mode, whose group's rights are then the list's mask."""

    kind: str = "file"
    owner: str = "root"
    group: str = "root"
    mode: int = 0o644
    size: int = 0
    changed: float = 0.0
    target: str = ""
    acl: tuple[Grant, ...] = ()

    @property
    def octal(self) -> str:
        """The mode in octal, as for `chmod`."""
        return f"{self.mode:04o}"


class EntryAt(Reading["Entry | None"]):
    """The entry at a path, without following a link; None if there is none."""

    family: ClassVar[str] = "files"
    follows: ClassVar[bool] = False
    path: str


class Content(Reading["bytes | None"]):
    """The bytes of a file, following links; None if there is no such file."""

    family: ClassVar[str] = "files"
    path: str


class Listing(Reading["tuple[str, ...] | None"]):
    """The names in a folder, sorted; None if there is no such folder."""

    family: ClassVar[str] = "files"
    path: str


class Immutable(Reading[bool]):
    """Whether a file or folder has the attribute `i` (chattr(1)), with which not even root changes it."""

    family: ClassVar[str] = "files"
    nothing: ClassVar[bool] = False
    path: str


class Disk(Reading["Space | None"]):
    """The space on the file system that contains, or would contain, this path."""

    family: ClassVar[str] = "disk"
    path: str


class Space(Value):
    """Free and total bytes, free inodes, and the device number of a file system; `inodes` are all that it has (0 where
    it counts none), `read_only` is how it is mounted there."""

    free: int
    total: int
    inodes_free: int
    device: int
    inodes: int = 0
    read_only: bool = False


def follow_link(host: Host, path: str) -> str:
    """Return the target of a link, such as an enabled site's; the path itself if it is no link or is unreadable."""
    entry: Entry | Unknown | None = host.read(EntryAt(path))
    if not isinstance(entry, Entry) or entry.kind != "link":
        return path
    return os.path.normpath(Path(path).parent / entry.target)


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of files and disks with system calls, without child processes."""
    return {reading: _one(reading) for reading in readings}


def _one(reading: Reading[Any]) -> Any:
    path = getattr(reading, "path", "")
    try:
        if isinstance(reading, EntryAt):
            return _entry(path)
        if isinstance(reading, Content):
            return opening.read(path)
        if isinstance(reading, Listing):
            return tuple(opening.names(path))
        if isinstance(reading, Immutable):
            return opening.immutable(path)
        return _space(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(path, error)


def _entry(path: str) -> Entry:
    found, target, access = opening.look(path, acl.ATTRIBUTE)
    kinds = (
        (stat.S_ISLNK, "link"),
        (stat.S_ISDIR, "directory"),
        (stat.S_ISREG, "file"),
        (stat.S_ISSOCK, "socket"),
    )
    kind = next((word for test, word in kinds if test(found.st_mode)), "other")
    return Entry(
        kind=kind,
        owner=user_name(found.st_uid),
        group=group_name(found.st_gid),
        mode=stat.S_IMODE(found.st_mode),
        size=found.st_size,
        changed=max(found.st_mtime, found.st_ctime),
        target=target,
        acl=acl.parse(access, user_name, group_name) if access else (),
    )


def user_name(uid: int) -> str:
    """Return the user's name, or the UID as text if it has no account."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group_name(gid: int) -> str:
    """Return the group's name, or the GID as text if it has none."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _space(path: str) -> Space:
    place = Path(path)
    while not opening.exists(place):
        place = place.parent
    room = opening.space(place)
    return Space(
        free=room.f_bavail * room.f_frsize,
        total=room.f_blocks * room.f_frsize,
        inodes_free=room.f_favail,
        device=opening.status(place, follow=True).st_dev,
        inodes=room.f_files,
        read_only=bool(room.f_flag & os.ST_RDONLY),
    )
