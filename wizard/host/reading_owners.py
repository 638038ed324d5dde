"""Which readings name a path that is somebody else's, and whose."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import Any

from wizard.host.owners import Owner, nobody, others_may_write, owner_of
from wizard.host.reading import Reading


class ReadingOwners:
    """The owners of paths, looked up once for each folder. To be made anew when paths may have changed hands; whatever
    it says, root itself enters nothing foreign (`wizard.host.opening`)."""

    def __init__(self) -> None:
        self._folders: dict[str, Owner | bool] = {}

    def by_owner(self, readings: Iterable[Reading[Any]]) -> tuple[list[Reading[Any]], dict[Owner, list[Reading[Any]]]]:
        """Return the readings that name only what is root's, and the others by the owner of what they name."""
        own: list[Reading[Any]] = []
        foreign: dict[Owner, list[Reading[Any]]] = {}
        for reading in readings:
            owners = {owner for path in _paths(reading) if (owner := self._owner(path, follow=reading.follows))}
            if not owners:
                own.append(reading)
            else:
                # What is of two owners is nobody's: neither may be read with the rights of the other.
                foreign.setdefault(owners.pop() if len(owners) == 1 else nobody(), []).append(reading)
        return own, foreign

    def _owner(self, path: str, *, follow: bool) -> Owner | None:
        folder, _slash, name = path.rpartition("/")
        try:
            known = self._folders.get(folder)
            if known is None:
                known = self._folders[folder] = _folder(folder or "/")
            if isinstance(known, Owner):
                return _reader(known)
            if known and name not in ("", ".", ".."):
                # Nobody else may put anything here: a look at the entry itself is enough.
                found = os.lstat(path)
                if found.st_uid == 0 and not (follow and stat.S_ISLNK(found.st_mode)):
                    return None
            owner = owner_of(path, follow=follow)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return None  # The reader says what is wrong with it.
        return _reader(owner) if owner else None


def _folder(path: str) -> Owner | bool:
    """Whose a folder is; whether nobody but root may put anything there, if it is root's."""
    owner = owner_of(path)
    if owner:
        return owner
    return not others_may_write(os.stat(path), path)  # noqa: PTH116


def _reader(owner: Owner) -> Owner:
    """Who reads what is that owner's: an ordinary user can only be itself."""
    return owner if os.geteuid() == 0 else Owner(os.geteuid(), (os.getegid(),))


def _paths(reading: Reading[Any]) -> Iterator[str]:
    for value in (*vars(reading).values(), reading.opens):
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str | os.PathLike):
                path = os.fspath(one)
                if isinstance(path, str) and path.startswith("/"):
                    yield path
