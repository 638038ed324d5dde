"""Readings of a Django project's files: the migrations that a checkout brings, without starting Django."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, ClassVar

from wizard.api import DatabaseState, Reading, _, opening

MOST = 20_000
# What Django's loader takes for a migration: every module that does not start with `_` or `~`.
MODULE = re.compile(r"(?P<name>[^_~.][^.]*)\.py")


class Migrations(Reading["frozenset[tuple[str, str]] | None"]):
    """The migrations below a checkout, as pairs of application and name (`("dem", "0001_initial")`).

    None where there is no such folder.
    """

    family: ClassVar[str] = "migrations"
    checkout: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of a checkout's migrations."""
    return {reading: _files(reading.checkout) for reading in readings if isinstance(reading, Migrations)}


def _files(checkout: str) -> Any:
    try:
        applications = (name for name in opening.names(checkout) if name.isidentifier())
        found = frozenset(islice((pair for name in applications for pair in _of(checkout, name)), MOST + 1))
        if len(found) > MOST:
            text = _("{path} has more than the {most} migrations that are read")
            raise opening.Refused(text.format(path=checkout, most=MOST), checkout)
        return found
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(checkout, error)


def _of(checkout: str, application: str) -> Iterator[tuple[str, str]]:
    """The migrations of one application; none where what bears its name is none. What may not be looked at, or is too
    much, is not left out."""
    try:
        names = opening.names(f"{checkout}/{application}/migrations")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return
        raise
    for name in names:
        if (found := MODULE.fullmatch(name)) and name.isprintable():
            yield application, found["name"]


def pending(files: Iterable[tuple[str, str]], recorded: Iterable[tuple[str, str]] | None) -> tuple[str, ...]:
    """The migrations (`dem.0002_more`) that files bring and the database does not record, sorted.

    An application without any record is one that the settings leave out, and does not count; unless none of
    the checkout's has any, or there are no records at all (None): then nothing was migrated yet: all count.
    """
    known = frozenset(recorded or ())
    brought = frozenset(files)
    applications = {app for app, _ in known} & {app for app, _ in brought} or {app for app, _ in brought}
    return tuple(sorted(f"{app}.{name}" for app, name in brought - known if app in applications))


def unfinished(state: DatabaseState) -> bool:
    """Whether no `migrate` ever came to its end here: only its last act fills the table of permissions.

    It tells a run killed between two applications, which leaves nothing pending in those it got to.
    """
    return "auth_permission" in state.tables and "auth_permission" not in state.filled
