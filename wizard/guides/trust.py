"""Whether only those whom we trust may write what we are about to load: as root, root alone; otherwise ourselves and
root."""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from wizard.base.language import _
from wizard.base.values import Value

# More links than a kernel follows (path_resolution(7)).
MOST_LINKS = 40
# What is mounted, with the user whose program answers for a file system (proc_pid_mountinfo(5), fuse(4)).
MOUNTS = Path("/proc/self/mountinfo")
# Entries of an access control list for a user and for a group by name, and the bit for writing (linux/posix_acl.h).
ACL, ACL_USER, ACL_GROUP, ACL_WRITE = "system.posix_acl_access", 0x02, 0x08, 0x02


class Untrusted(Value):
    """A path that somebody else may change, with the reason in words, and what to do about it."""

    path: Path
    why: str
    remedy: str


def untrusted(path: Path, user: int | None = None) -> Untrusted | None:
    """The first folder, link or file that somebody else than `user` (ourselves unless said) and root may change: on
    the way from / to `path`, through every link on it, and in all that is below `path`. None where there is no such.

    What cannot be looked at counts as untrusted, and so does what is neither a file nor a folder: to read it may wait
    for ever.
    """
    user = os.geteuid() if user is None else user
    _mounted_by_others.cache_clear()
    try:
        return _on_the_way(path, user) or _within(path, user)
    except OSError as error:
        return _unreadable(path, error)


def untrusted_way(path: Path, user: int | None = None) -> Untrusted | None:
    """The same for the way to `path` and `path` itself, without what is below it."""
    _mounted_by_others.cache_clear()
    try:
        return _on_the_way(path, os.geteuid() if user is None else user)
    except OSError as error:
        return _unreadable(path, error)


def _on_the_way(path: Path, user: int) -> Untrusted | None:
    place, links = Path("/"), 0
    left = list(reversed(path.absolute().parts[1:]))
    found = _entry(place, user, above=True)
    while left and not found:
        part = left.pop()
        place = place.parent if part == ".." else place / part
        found = _entry(place, user, above=bool(left))
        if place.is_symlink():
            links += 1
            if links > MOST_LINKS:
                return Untrusted(path, _("the links of {path} lead in a circle").format(path=path), _("remove them"))
            target = place.readlink()
            left += reversed([part for part in target.parts if part != "/"])
            place = Path("/") if target.is_absolute() else place.parent
    return found


def _within(path: Path, user: int) -> Untrusted | None:
    """The same for all that is below a folder, and below what its links lead to."""
    waiting, seen = [path.resolve()], set[Path]()
    while waiting:
        top = waiting.pop()
        if top in seen:
            continue
        seen.add(top)
        for one in _below(top):
            linked = one.is_symlink()
            if found := _on_the_way(one, user) if linked else _entry(one, user):
                return found
            if linked:
                waiting.append(one.resolve())
    return None


def _below(path: Path) -> Iterator[Path]:
    """All that is below a folder; nothing below a file."""

    def fail(error: OSError) -> None:
        raise error

    for folder, folders, files in os.walk(path, onerror=fail) if path.is_dir() else ():
        yield from (Path(folder, name) for name in (*folders, *files))


def _entry(path: Path, user: int, *, above: bool = False) -> Untrusted | None:
    """The same for one entry itself, a link not followed. `above`: it is a folder on the way to what is loaded."""
    if str(path) in _mounted_by_others(user):  # Whose program may give any owner, or no answer at all.
        why = _("{path} is a file system that somebody else mounted").format(path=path)
        return Untrusted(path, why, _copy(user))
    entry = path.lstat()
    if entry.st_uid not in (0, user):
        return _foreign(path, entry.st_uid, user)
    if stat.S_ISLNK(entry.st_mode):
        return None
    if not stat.S_ISREG(entry.st_mode) and not stat.S_ISDIR(entry.st_mode):
        return Untrusted(path, _("{path} is neither a file nor a folder").format(path=path), _("remove it"))
    open_to = entry.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    # In such a folder nobody else can replace what we own; root, who has better places, does not count on it.
    sticky = above and user != 0 and entry.st_mode & stat.S_ISVTX
    if not open_to or sticky or (open_to == stat.S_IWGRP and user != 0 and _ours_alone(path, entry.st_gid, user)):
        return None
    return _writable(path, entry.st_mode)


def _unreadable(path: Path, error: OSError) -> Untrusted:
    place = Path(error.filename or path)
    why = _("{path} cannot be looked at: {why}").format(path=place, why=error.strerror or error)
    return Untrusted(place, why, _("make it readable, or remove it"))


def _foreign(path: Path, owner: int, user: int) -> Untrusted:
    why = _("{path} belongs to {owner}, who could put other code there").format(path=path, owner=_name(owner))
    return Untrusted(path, why, _copy(user))


def _copy(user: int) -> str:
    """What to do with a guide of somebody else. Giving its files another owner is not enough: who has one open for
    writing may go on writing it."""
    if user == 0:
        return _("as root, copy the guide to /etc/jalon/guides (`cp -r`), and look at what the copy holds")
    return _("copy it to a folder of your own, or have root install it in /etc/jalon/guides")


def _writable(path: Path, mode: int) -> Untrusted:
    why = _("others may write {path}, and could put other code there").format(path=path)
    if mode & stat.S_ISVTX:
        return Untrusted(path, why, _("put the guide into /etc/jalon/guides instead"))
    return Untrusted(path, why, _("look at what it holds; then: `chmod go-w {path}`").format(path=path))


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


@lru_cache
def _mounted_by_others(user: int) -> frozenset[str]:
    """Where file systems are mounted that are programs of others than `user` and root."""
    try:
        lines = os.fsdecode(MOUNTS.read_bytes()).splitlines()
    except OSError:
        return frozenset()
    found = set()
    for line in lines:
        mount, _dash, kind = line.partition(" - ")
        owner = re.search(r"[ ,]user_id=(\d+)", kind)
        if owner and int(owner[1]) not in (0, user):
            found.add(re.sub(r"\\([0-7]{3})", lambda one: chr(int(one[1], 8)), mount.split(" ")[4]))
    return frozenset(found)


def _ours_alone(path: Path, group: int, user: int) -> bool:
    """Whether the group that may write is private to this user, and no access control list names others, whose rights
    the mode shows as the group's (acl(5))."""
    return _private(group, user) and not _named_writers(path, user)


def _named_writers(path: Path, user: int) -> bool:
    try:
        found = os.getxattr(path, ACL)
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
