"""Who else may change what lies at a path: the path itself, every folder above it, and every link on the way."""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.base.system_words import os_words
from wizard.base.values import Value
from wizard.host.owners import ACCESS_LIST, MOST_LINKS

# What is mounted, with the user whose program answers for a file system (proc_pid_mountinfo(5), fuse(4)).
MOUNTS = Path("/proc/self/mountinfo")
UID = pattern(r"[0-9]{1,10}")
# Entries of an access control list for a user and for a group by name, and the bit for writing (linux/posix_acl.h).
ACL_USER, ACL_GROUP, ACL_WRITE = 0x02, 0x08, 0x02

FOREIGN, WRITABLE, MOUNTED, STRANGE, CIRCLE, CLOSED = "foreign", "writable", "mounted", "strange", "circle", "closed"


class Weakness(Value):
    """A path that somebody else may change. `kind`: it is `FOREIGN` (`owner` is its user's number), `WRITABLE` for
    others (`mode`), `MOUNTED` by somebody else, `STRANGE` (neither a file nor a folder), its links lead in a `CIRCLE`,
    or it is `CLOSED` to us (`why`, in the system's words)."""

    path: Path
    kind: str
    owner: int = 0
    mode: int = 0
    why: str = ""


def weakness(
    path: Path, users: Collection[int] | None = None, *, sticky: bool = True, absent: bool = True
) -> Weakness | None:
    """What somebody else than `users` (ourselves unless said) and root may change on the way from / to `path`, through
    every link on it, and at `path` itself. None where there is no such.

    `absent`: what is not there is nobody's, and nothing is below it; otherwise it cannot be looked at. `sticky`: a
    folder such as /tmp, in which all may write and nobody may replace what is another's, counts as sound above a path;
    it is sound only for what is there already, or is made as new.
    """
    _mounted_by_others.cache_clear()
    users = frozenset((os.geteuid(),) if users is None else users) | {0}
    try:
        return _on_the_way(path, users, sticky=sticky)
    except OSError as error:
        return None if absent and isinstance(error, FileNotFoundError) else closed(path, error)


def _on_the_way(path: Path, users: frozenset[int], *, sticky: bool) -> Weakness | None:
    place, links = Path("/"), 0
    left = list(reversed(path.absolute().parts[1:]))
    found = entry_weakness(place, users, sticky=sticky and bool(left))
    while left and not found:
        part = left.pop()
        place = place.parent if part == ".." else place / part
        found = entry_weakness(place, users, sticky=sticky and bool(left))
        if place.is_symlink():
            links += 1
            if links > MOST_LINKS:
                return Weakness(path, CIRCLE)
            target = place.readlink()
            left += reversed([part for part in target.parts if part != "/"])
            place = Path("/") if target.is_absolute() else place.parent
    return found


def ourselves() -> frozenset[int]:
    """The users whose files are as good as ours: this one, and the one who became root by sudo, which sets the variable
    anew, whatever was in it."""
    asked = os.environ.get("SUDO_UID", "")
    return frozenset({os.geteuid(), *([int(asked)] if os.geteuid() == 0 and UID.fullmatch(asked) else [])})


def entry_weakness(path: Path, users: frozenset[int], *, sticky: bool = False) -> Weakness | None:
    """The same for one entry itself, a link not followed. Raises `OSError`."""
    if str(path) in _mounted_by_others(users):  # Whose program may give any owner, or no answer at all.
        return Weakness(path, MOUNTED)
    entry = path.lstat()
    if entry.st_uid not in users:
        return Weakness(path, FOREIGN, owner=entry.st_uid)
    if stat.S_ISLNK(entry.st_mode):
        return None
    if not stat.S_ISREG(entry.st_mode) and not stat.S_ISDIR(entry.st_mode):
        return Weakness(path, STRANGE)
    open_to = entry.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not open_to or (sticky and stat.S_ISDIR(entry.st_mode) and entry.st_mode & stat.S_ISVTX):
        return None
    if open_to == stat.S_IWGRP and any(_ours_alone(path, entry.st_gid, user) for user in users - {0}):
        return None
    return Weakness(path, WRITABLE, owner=entry.st_uid, mode=entry.st_mode)


def closed(path: Path, error: OSError) -> Weakness:
    """What cannot be looked at."""
    return Weakness(Path(error.filename or path), CLOSED, why=os_words(error))


@lru_cache
def _mounted_by_others(users: frozenset[int]) -> frozenset[str]:
    """Where file systems are mounted that are programs of others than `users` and root."""
    try:
        lines = lines_of(os.fsdecode(MOUNTS.read_bytes()))
    except OSError:
        return frozenset()
    found = set()
    for line in lines:
        mount, _dash, kind = line.partition(" - ")
        owner = re.search(r"[ ,]user_id=(\d+)", kind)
        if owner and int(owner[1]) not in users:
            found.add(re.sub(r"\\([0-7]{3})", lambda one: chr(int(one[1], 8)), mount.split(" ")[4]))
    return frozenset(found)


def _ours_alone(path: Path, group: int, user: int) -> bool:
    """Whether the group that may write is private to this user, and no access control list names others, whose rights
    the mode shows as the group's (acl(5))."""
    return _private(group, user) and not _named_writers(path, user)


def _named_writers(path: Path, user: int) -> bool:
    try:
        found = os.getxattr(path, ACCESS_LIST)
    except OSError:  # None, or none on this file system.
        return False
    entries = list(struct.iter_unpack("<HHI", found[4:]))
    return any(
        permissions & ACL_WRITE and (tag == ACL_GROUP or (tag == ACL_USER and id not in (0, user)))
        for tag, permissions, id in entries
    )


def _private(group: int, user: int) -> bool:
    """Whether a group is that of this user alone, as many distributions give one to each."""
    import grp
    import pwd

    try:
        account, found = pwd.getpwuid(user), grp.getgrgid(group)
    except KeyError:
        return False
    return account.pw_gid == group and found.gr_name == account.pw_name and set(found.gr_mem) <= {account.pw_name}
