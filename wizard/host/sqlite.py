"""Readings of SQLite database files, opened read-only."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.host.postgresql import DatabaseState, Inside
from wizard.host.reading import Reading, Unknown

if TYPE_CHECKING:
    import sqlite3


class InsideFile(Reading["DatabaseState | None"]):
    """The contents of a database file; None if there is no such file. Its tables have no owners ("")."""

    family: ClassVar[str] = "sqlite"
    path: str
    user_table: str = ""


def inside(
    database: str,
    port: int = 5432,
    user_table: str = "",
    user: str = "",
    password: Secret | None = None,
    host: str = "localhost",
) -> Inside | InsideFile:
    """Return the reading of a database: of an SQLite file for a path, of PostgreSQL for a name, asked as that role."""
    if database.startswith("/"):
        return InsideFile(database, user_table)
    return Inside(database, port, user_table, user, password, host)


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `InsideFile`."""
    return {one: _inside(one) for one in readings if isinstance(one, InsideFile)}


def _inside(wanted: InsideFile) -> Any:
    # Imported here: only instances with such a database need it.
    import sqlite3

    try:
        if not Path(wanted.path).exists():
            return None
        address = Path(wanted.path).as_uri() + "?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as database:
            return _state(database, wanted.user_table)
    except PermissionError:
        return Unknown(_("{path}: this user may not look there").format(path=wanted.path), needs="root")
    except sqlite3.Error as error:
        return Unknown(f"{wanted.path}: {error}")


def _state(database: sqlite3.Connection, user_table: str) -> DatabaseState:
    tables = [str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    filled = [name for name in tables if database.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone()]
    migrations = None
    if "django_migrations" in tables:
        rows = database.execute("SELECT app, name FROM django_migrations")
        migrations = frozenset((str(app), str(name)) for app, name in rows)
    superusers: tuple[str, ...] = ()
    if user_table in tables:
        rows = database.execute(f"SELECT username FROM {_quoted(user_table)} WHERE is_superuser ORDER BY username")
        superusers = tuple(str(name) for (name,) in rows)
    return DatabaseState(dict.fromkeys(tables, ""), frozenset(filled), migrations, superusers)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
