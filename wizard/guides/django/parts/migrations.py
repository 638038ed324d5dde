"""Readings of a Django project's files: the migrations that a checkout brings, without starting Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.api import DatabaseState, Reading, Unknown, _

# What Django's loader takes for a migration: every module that does not start with `_` or `~`.
MODULE = re.compile(r"(?P<name>[^_~.][^.]*)\.py")


class Migrations(Reading["frozenset[tuple[str, str]] | None"]):
    """The migrations below a checkout, as pairs of application and name (`("dem", "0001_initial")`).

    None where there is no such folder.
    """

    family: ClassVar[str] = "migrations"
    checkout: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every checkout that was asked for."""
    return {reading: _files(reading.checkout) for reading in readings if isinstance(reading, Migrations)}


def _files(checkout: str) -> Any:
    try:
        folders = [folder for folder in Path(checkout).iterdir() if (folder / "migrations").is_dir()]
        return frozenset(
            (folder.name, found["name"])
            for folder in folders
            for file in (folder / "migrations").iterdir()
            if (found := MODULE.fullmatch(file.name))
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Unknown(_("{path}: this user may not look there").format(path=checkout), needs="root")


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
