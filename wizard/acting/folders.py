"""The folder to change something in, as a descriptor: nobody can put another in its place before that is done."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wizard.base.language import _
from wizard.host.descriptors import walk
from wizard.host.opening import Refused
from wizard.host.owners import Owner, is_foreign

# Whether a component may be passed: its status, that of the folder it is in, the path of that folder's descriptor, and
# whether it is the last.
May = Callable[[os.stat_result, os.stat_result, str, bool], bool]


@contextmanager
def parent_of(path: str, owner: Owner | None) -> Iterator[tuple[int, str]]:
    """The folder that an entry is in, as a descriptor, and the entry's name there.

    With an `owner`, whom this process has become, every component is root's or that owner's, and the folder itself is
    the owner's: a link that leads to what is anybody else's is refused. Without, as root, nothing foreign is entered;
    for an ordinary user, the system's own rights decide. Raises `OSError`.
    """
    above, name = os.path.split(path.rstrip("/"))
    if name in ("", ".", "..") or "\0" in path:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
    folder = open_folder(above or ".", owner)
    try:
        yield folder, name
    finally:
        os.close(folder)


def open_folder(path: str, owner: Owner | None) -> int:
    """A descriptor (`O_PATH`) of a folder, reached as `parent_of` says."""
    if owner is None and os.geteuid() != 0:
        return os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)
    place, found = open_allowed(path, _roots if owner is None else _own(owner.uid))
    if stat.S_ISDIR(found.st_mode) and (owner is None or found.st_uid == owner.uid):
        return place
    os.close(place)
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    raise _elsewhere(path)


def open_allowed(path: str, may: May) -> tuple[int, os.stat_result]:
    """A descriptor (`O_PATH`) of what a path leads to, and its status; links are followed. Raises `Refused` for a
    component that `may` not be passed."""

    def check(found: os.stat_result, above: os.stat_result, folder: str, last: bool) -> None:
        if not may(found, above, folder, last):
            raise _elsewhere(path)

    return walk(path, check)


def _roots(found: os.stat_result, above: os.stat_result, folder: str, last: bool) -> bool:
    return not is_foreign(found, above, folder, last=last)


def _own(uid: int) -> May:
    def own(found: os.stat_result, _above: os.stat_result, _folder: str, _last: bool) -> bool:
        return found.st_uid in (0, uid)

    return own


def _elsewhere(path: str) -> Refused:
    text = _("{path} leads to what belongs to somebody else, and nothing is changed there")
    return Refused(text.format(path=path), path)
