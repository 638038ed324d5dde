"""Whether only those whom we trust may write what we are about to load: as root, root alone; otherwise ourselves and
root."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.base.language import _
from wizard.base.values import Value

# More links than a kernel follows (path_resolution(7)).
MOST_LINKS = 40


class Untrusted(Value):
    """A path that somebody else may change, with the reason in words, and what to do about it."""

    path: Path
    why: str
    remedy: str


def untrusted(path: Path, user: int | None = None) -> Untrusted | None:
    """The first folder, link or file that somebody else than `user` (ourselves unless said) and root may change: on
    the way from / to `path`, through every link on it, and in all that is below `path`. None where there is no such.

    What cannot be looked at counts as untrusted.
    """
    user = os.geteuid() if user is None else user
    try:
        return _on_the_way(path, user) or _within(path, user)
    except OSError as error:
        return _unreadable(path, error)


def untrusted_way(path: Path, user: int | None = None) -> Untrusted | None:
    """The same for the way to `path` and `path` itself, without what is below it."""
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
    entry = path.lstat()
    if entry.st_uid not in (0, user):
        return _foreign(path, entry.st_uid, user)
    if stat.S_ISLNK(entry.st_mode):
        return None
    open_to = entry.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    # In such a folder nobody else can replace what we own; root, who has better places, does not count on it.
    sticky = above and user != 0 and entry.st_mode & stat.S_ISVTX
    if not open_to or sticky or (open_to == stat.S_IWGRP and user != 0 and _private(entry.st_gid, user)):
        return None
    return _writable(path, entry.st_mode)


def _unreadable(path: Path, error: OSError) -> Untrusted:
    place = Path(error.filename or path)
    why = _("{path} cannot be looked at: {why}").format(path=place, why=error.strerror or error)
    return Untrusted(place, why, _("make it readable, or remove it"))


def _foreign(path: Path, owner: int, user: int) -> Untrusted:
    why = _("{path} belongs to {owner}, who could put other code there").format(path=path, owner=_name(owner))
    if user == 0:
        text = _("look at what it holds; then copy it as root, or: `chown -R root:root {path}; chmod -R go-w {path}`")
    else:
        text = _("copy it to a folder of your own, or have root install it in /etc/jalon/guides")
    return Untrusted(path, why, text.format(path=path))


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


def _private(group: int, user: int) -> bool:
    """Whether a group is that of this user alone, as many distributions give one to each."""
    import grp
    import pwd

    try:
        account, found = pwd.getpwuid(user), grp.getgrgid(group)
    except KeyError:
        return False
    return account.pw_gid == group and found.gr_name == account.pw_name and set(found.gr_mem) <= {account.pw_name}
