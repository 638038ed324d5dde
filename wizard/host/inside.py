"""Answer what is inside a database of PostgreSQL: as the role that owns it, never as an administrator.

Whatever a table, view, operator or function of the database does when it is asked, it does with that role's rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wizard.base.language import _
from wizard.base.sql import identifier
from wizard.base.values import replace
from wizard.host.postgresql import Cluster, ClusterState, DatabaseState, Inside, answer
from wizard.host.postgresql_protocol import Refused, Row, Session, session
from wizard.host.reading import Reading, Unknown

AT_MOST = 20_000
TOGETHER = 200
NO_SUCH_DATABASE, DENIED = "3D000", "42501"
LOGIN_REFUSED = ("28P01", "28000")

BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# pg_class and not information_schema, which hides the tables that the asking role may not read.
TABLES = f"""
SELECT relname, pg_catalog.pg_get_userbyid(relowner), pg_catalog.has_table_privilege(oid, 'SELECT')
  FROM pg_catalog.pg_class
 WHERE relkind IN ('r', 'p')
   AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'public')
 ORDER BY relname LIMIT {AT_MOST}
"""
MIGRATIONS = f"""
SELECT app::pg_catalog.text, name::pg_catalog.text FROM public.django_migrations LIMIT {AT_MOST}
"""


def inside(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Inside` readings with one login per database; one that reads accounts serves those that do not."""
    wanted = [reading for reading in readings if isinstance(reading, Inside)]
    answers: dict[Reading[Any], Any] = {reading: _inside(reading) for reading in wanted if reading.user_table}
    more = {(reading.port, reading.database): answers[reading] for reading in wanted if reading.user_table}
    for reading in wanted:
        if not reading.user_table:
            told = more.get((reading.port, reading.database), reading)
            # Who owns the tables is told even where the role may not read them all.
            again = told is reading or isinstance(told, Unknown)
            answers[reading] = _inside(reading) if again else _without_users(told)
    return answers


def _without_users(told: Any) -> Any:
    return replace(told, superusers=()) if isinstance(told, DatabaseState) else told


def _inside(wanted: Inside) -> DatabaseState | Unknown | None:
    if wanted.password is None or not wanted.user or not wanted.password.reveal():
        return _no_password(wanted)
    try:
        with session(wanted.user, wanted.password, wanted.database, wanted.host, wanted.port) as asked:
            return _state(asked, wanted.user_table)
    except Refused as refused:
        return _refused(wanted, refused)
    except ConnectionRefusedError:
        return None
    except OSError as error:
        return Unknown(f"PostgreSQL: {error.strerror or error}")
    except (ValueError, IndexError):
        return Unknown(_("{database} answers something else than was asked").format(database=wanted.database))


def _no_password(wanted: Inside) -> Unknown | None:
    cluster = _cluster(wanted.port)
    if isinstance(cluster, Unknown):
        return Unknown(_("the password is kept where only root may read it"), needs="root")
    if cluster is None or wanted.database not in cluster.databases:
        return None
    text = _("{database} is looked into as its role {user} alone, whose password is not known here")
    return Unknown(text.format(database=wanted.database, user=wanted.user or "?"))


def _refused(wanted: Inside, refused: Refused) -> Unknown | None:
    """What a refusal means: a wrong password is also what a server says where the role, or the database, is missing."""
    if refused.code == NO_SUCH_DATABASE:
        return None
    if refused.code in LOGIN_REFUSED:
        cluster = _cluster(wanted.port)
        if isinstance(cluster, ClusterState) and wanted.database not in cluster.databases:
            return None
    text = _("{database}, asked as {user}: {words}")
    return Unknown(text.format(database=wanted.database, user=wanted.user, words=refused.text.strip()))


def _cluster(port: int) -> ClusterState | Unknown | None:
    reading = Cluster(port)
    found: ClusterState | Unknown | None = answer([reading])[reading]
    return found


def _state(asked: Session, user_table: str) -> DatabaseState:
    asked.rows(BEGIN)
    tables = asked.rows(TABLES)
    readable = [str(name) for name, _owner, may in tables if may == "t"]
    superusers: tuple[str, ...] = ()
    if user_table in readable:
        found = asked.rows(f"SELECT username FROM public.{identifier(user_table)} WHERE is_superuser LIMIT {AT_MOST}")
        superusers = tuple(sorted(str(name) for (name, *_rest) in found))
    filled = frozenset(_filled(asked, readable))
    try:
        migrations = _migrations(asked)
    except Refused as refused:
        if user_table or refused.code != DENIED:
            raise
        migrations = None
    return DatabaseState(
        tables={str(name): str(owner) for name, owner, _may in tables},
        filled=filled,
        migrations=migrations,
        superusers=superusers,
    )


def _filled(asked: Session, tables: Sequence[str]) -> list[str]:
    """Return which tables have rows."""
    found: list[Row] = []
    for start in range(0, len(tables), TOGETHER):
        each = enumerate(tables[start : start + TOGETHER], start)
        found += asked.rows(
            " UNION ALL ".join(f"SELECT {at}, EXISTS (SELECT 1 FROM public.{identifier(name)})" for at, name in each)
        )
    return [tables[int(at or 0)] for at, there in found if there == "t"]


def _migrations(asked: Session) -> frozenset[tuple[str, str]] | None:
    there = asked.rows("SELECT pg_catalog.to_regclass('public.django_migrations') IS NOT NULL")
    if there != [("t",)]:
        return None
    return frozenset((str(app), str(name)) for app, name in asked.rows(MIGRATIONS))
