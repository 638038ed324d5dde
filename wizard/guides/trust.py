"""Whether only those whom we trust may write what we are about to load: as root, root alone; otherwise ourselves and
root."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host import trust
from wizard.host.files import user_name
from wizard.host.trust import Weakness


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
    try:
        found = _weakness(path, user) or _within(path, user)
    except OSError as error:
        found = trust.closed(path, error)
    return _told(found, user) if found else None


def untrusted_way(path: Path, user: int | None = None) -> Untrusted | None:
    """The same for the way to `path` and `path` itself, without what is below it."""
    user = os.geteuid() if user is None else user
    found = _weakness(path, user)
    return _told(found, user) if found else None


def _weakness(path: Path, user: int) -> Weakness | None:
    # In a folder such as /tmp nobody else can replace what is ours; root, who has better places, does not count on it.
    return trust.weakness(path, (user,), sticky=user != 0, absent=False)


def _within(path: Path, user: int) -> Weakness | None:
    """The same for all that is below a folder, and below what its links lead to. Raises `OSError`."""
    waiting, seen = [path.resolve()], set[Path]()
    while waiting:
        top = waiting.pop()
        if top in seen:
            continue
        seen.add(top)
        for one in _below(top):
            linked = one.is_symlink()
            if found := _weakness(one, user) if linked else trust.entry_weakness(one, frozenset({0, user})):
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


def _told(found: Weakness, user: int) -> Untrusted:
    names = {"path": found.path, "owner": user_name(found.owner), "why": found.why}
    # In a folder such as /tmp, taking the right to write away would keep its other users from their work.
    elsewhere, closing = (
        _("put the guide into /etc/jalon/guides instead"),
        _("look at what it holds; then: `chmod go-w {path}`"),
    )
    why, remedy = {
        trust.FOREIGN: (_("{path} belongs to {owner}, who could put other code there"), _copy(user)),
        trust.WRITABLE: (
            _("others may write {path}, and could put other code there"),
            elsewhere if found.mode & stat.S_ISVTX else closing.format(path=found.path),
        ),
        trust.MOUNTED: (_("{path} is a file system that somebody else mounted"), _copy(user)),
        trust.STRANGE: (_("{path} is neither a file nor a folder"), _("remove it")),
        trust.CIRCLE: (_("the links of {path} lead in a circle"), _("remove them")),
        trust.CLOSED: (_("{path} cannot be looked at: {why}"), _("make it readable, or remove it")),
    }[found.kind]
    return Untrusted(found.path, why.format(**names), remedy)


def _copy(user: int) -> str:
    """What to do with a guide of somebody else. Giving its files another owner is not enough: who has one open for
    writing may go on writing it."""
    if user == 0:
        return _("as root, copy the guide to /etc/jalon/guides (`cp -r`), and look at what the copy holds")
    return _("copy it to a folder of your own, or have root install it in /etc/jalon/guides")
