"""Giving files to a user, and taking a home back, as root: by descriptors of what was looked at, never by a path."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.acting.entries import Ids
from wizard.acting.folders import May, open_allowed, parent_of
from wizard.base.language import _
from wizard.host.files import user_name
from wizard.host.opening import Refused
from wizard.host.owners import is_foreign

_AT = os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def hand_over(path: str, ids: Ids) -> None:
    """Give a user what root left in that user's own folder.

    Proven first: from where it stops being root's, every folder on the way is that user's, and none is a link; it is
    root's, a regular file with one name, or a folder of the same file system. Raises `Refused` with the reason
    otherwise, `OSError` where it is not there.
    """
    above, name = os.path.split(path)
    folder, found = open_allowed(above or "/", _straight_to(ids[0]))
    try:
        with _entry(folder, name) as (place, entry):
            if found.st_uid != ids[0]:
                raise _refused(path, _("it is not in a folder of {user}").format(user=user_name(ids[0])))
            if why := _unproven(entry, found, ids[0]):
                raise _refused(path, why)
            _give(place, ids)
    finally:
        os.close(folder)


def hand_over_tree(path: str, ids: Ids) -> None:
    """Give a user a folder in one of root's, with all that is in it on its file system; the folder itself last, so that
    an interrupted run is seen.

    Left as they are: what belongs to neither its old owner nor root, and what has another name somewhere, unless it was
    the old owner's. Raises `OSError`.
    """
    with parent_of(path, None) as (folder, name):
        top = os.open(name, _FOLDER, dir_fd=folder)
    try:
        found = os.fstat(top)
        for where, folders, files, place in os.fwalk(".", dir_fd=top):
            for one in (*folders, *files):
                with _entry(place, one) as (inner, entry):
                    same = entry.st_dev == found.st_dev
                    if not same and one in folders:
                        folders.remove(one)
                    if same and not stat.S_ISDIR(entry.st_mode) and _givable(entry, found.st_uid, ids[0]):
                        _give(inner, ids)
            if where != "." and _givable(os.fstat(place), found.st_uid, ids[0]):
                os.fchown(place, *ids)
        os.fchown(top, *ids)
    finally:
        os.close(top)


def take_back(path: str, mode: int) -> None:
    """Make a home root's, with that mode, if it is there: the next account may get the number of the one removed."""
    try:
        place, found = open_allowed(path, _home)
    except FileNotFoundError:
        return
    try:
        if stat.S_ISDIR(found.st_mode):
            _give(place, (0, 0))
            os.chmod(f"/proc/self/fd/{place}", mode)  # noqa: PTH101
    finally:
        os.close(place)


@contextmanager
def _entry(folder: int, name: str) -> Iterator[tuple[int, os.stat_result]]:
    """A descriptor of an entry, which opens nothing, and its status."""
    place = os.open(name, _AT, dir_fd=folder)
    try:
        yield place, os.fstat(place)
    finally:
        os.close(place)


def _give(place: int, ids: Ids) -> None:
    """Whatever is at its name by now: the owner of what the descriptor stands for is set."""
    os.chown(f"/proc/self/fd/{place}", *ids)


def _straight_to(uid: int) -> May:
    def straight(found: os.stat_result, above: os.stat_result, folder: str, last: bool) -> bool:
        if uid in (found.st_uid, above.st_uid):
            return stat.S_ISDIR(found.st_mode) and found.st_uid == uid
        return not is_foreign(found, above, folder, last=last)

    return straight


def _home(found: os.stat_result, above: os.stat_result, folder: str, last: bool) -> bool:
    return not is_foreign(found, above, folder, last=last) or (last and stat.S_ISDIR(found.st_mode))


def _unproven(entry: os.stat_result, folder: os.stat_result, uid: int) -> str:
    """Why an entry is not given to a user; "" if it may be."""
    if entry.st_uid not in (0, uid):
        return _("it belongs to {user}").format(user=user_name(entry.st_uid))
    if stat.S_ISDIR(entry.st_mode):
        return "" if entry.st_dev == folder.st_dev else _("another file system is mounted there")
    if not stat.S_ISREG(entry.st_mode):
        return _("it is neither a file nor a folder")
    return "" if entry.st_nlink == 1 else _("it has another name elsewhere")


def _givable(entry: os.stat_result, was: int, uid: int) -> bool:
    """Whether an entry of a tree that was `was`'s is given with it. What root kept holds what the account before
    left, whose number may be nobody's by now."""
    if entry.st_nlink > 1 and not stat.S_ISDIR(entry.st_mode):
        return entry.st_uid in {was, uid} - {0} or (was == 0 and user_name(entry.st_uid).isdigit())
    return was == 0 or entry.st_uid in (0, was, uid)


def _refused(path: str, why: str) -> Refused:
    text = _("{path} is not handed over: {why}")
    return Refused(text.format(path=path, why=why), path)
