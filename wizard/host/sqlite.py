"""Readings of SQLite database files, opened read-only."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.sql import identifier
from wizard.host import opening
from wizard.host.postgresql import DatabaseState, Inside
from wizard.host.reading import Reading, Unknown

if TYPE_CHECKING:
    import sqlite3

LATE_IMPORTS = ("sqlite3",)
# What one file may take: seconds, looked at each so many steps of SQLite's machine, and rows of a table.
SECONDS, STEPS, MOST_ROWS = 5.0, 10_000, 100_000


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
        if not opening.exists(wanted.path):
            return None
        if not opening.is_file(wanted.path):
            return Unknown(_("{path} is no regular file, and is not read").format(path=wanted.path))
        address = Path(wanted.path).as_uri() + "?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as database:
            _bound(database)
            return _state(database, wanted.user_table)
    except OSError as error:
        return opening.unknown(wanted.path, error)
    except sqlite3.Error as error:
        return Unknown(f"{wanted.path}: {error}")


def _bound(database: sqlite3.Connection) -> None:
    """Whoever wrote the file gets neither functions nor any amount of time or memory from whoever reads it."""
    until = time.monotonic() + SECONDS
    database.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    if hasattr(database, "setlimit"):  # since Python 3.11
        database.setlimit(1, 2**20)  # SQLITE_LIMIT_SQL_LENGTH
        database.setlimit(0, 2**24)  # SQLITE_LIMIT_LENGTH


def _rows(cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    rows = cursor.fetchmany(MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        import sqlite3

        raise sqlite3.DataError(_("it holds more than the {most} rows that are read").format(most=MOST_ROWS))
    return rows


def _state(database: sqlite3.Connection, user_table: str) -> DatabaseState:
    tables = [str(name) for (name,) in _rows(database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))]
    filled = [name for name in tables if database.execute(f"SELECT 1 FROM {identifier(name)} LIMIT 1").fetchone()]
    migrations = None
    if "django_migrations" in tables:
        rows = _rows(database.execute("SELECT app, name FROM django_migrations"))
        migrations = frozenset((str(app), str(name)) for app, name in rows)
    superusers: tuple[str, ...] = ()
    if user_table in tables:
        order = f"SELECT username FROM {identifier(user_table)} WHERE is_superuser ORDER BY username"
        rows = _rows(database.execute(order))
        superusers = tuple(str(name) for (name,) in rows)
    return DatabaseState(dict.fromkeys(tables, ""), frozenset(filled), migrations, superusers)
