"""Readings of PostgreSQL through `psql`: one call per cluster, one per database inspected."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import Value, replace
from wizard.host.children import CommandResult, run_query
from wizard.host.reading import Reading, Unknown


class Role(Value):
    """A role; `verifier` is the server's stored hash of its password (never printed)."""

    createdb: bool = False
    superuser: bool = False
    login: bool = True
    verifier: Secret | None = None


class Database(Value):
    """A database of the cluster."""

    owner: str
    encoding: str = "UTF8"
    collate: str = ""


class ClusterState(Value):
    """A running cluster; `version` is 150018 for 15.18, `collate` that of `template1`."""

    version: int = 0
    collate: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    databases: Mapping[str, Database] = field(default_factory=dict)
    connections_left: int = 0
    data_directory: str = ""

    @property
    def major(self) -> int:
        """The major version, such as 15."""
        return self.version // 10000


class DatabaseState(Value):
    """The contents of a database: the owner of each table, the tables that have rows, the migrations recorded in
    `django_migrations` (None without that table), and the `username` of superusers."""

    tables: Mapping[str, str] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    migrations: frozenset[tuple[str, str]] | None = None
    superusers: tuple[str, ...] = ()


class Cluster(Reading["ClusterState | None"]):
    """The cluster on a port of this machine; None if none answers."""

    family: ClassVar[str] = "postgresql"
    port: int = 5432


class Inside(Reading["DatabaseState | None"]):
    """The contents of a database; None if there is no such database. `user_table` is Django's table of accounts, ""
    not to read it."""

    family: ClassVar[str] = "databases"
    database: str
    port: int = 5432
    user_table: str = ""


class Login(Reading["LoginResult"]):
    """The result of logging in over TCP with a password, as the application does."""

    family: ClassVar[str] = "logins"
    user: str
    password: Secret
    database: str
    host: str = "localhost"
    port: int = 5432


class LoginResult(Value):
    """The result of a login: the server's `error` if refused, otherwise properties of the session."""

    error: str = ""
    version: str = ""
    encoding: str = ""
    may_create_tables: bool = False
    seconds: float = 0.0


CLUSTER = """
SELECT json_build_object(
  'version', current_setting('server_version_num')::int,
  'collate', (SELECT datcollate FROM pg_database WHERE datname = 'template1'),
  'data_directory', current_setting('data_directory'),
  'connections_left', current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity),
  'roles', (SELECT json_agg(json_build_array(rolname, rolcreatedb, rolsuper, rolcanlogin, rolpassword)) FROM pg_authid),
  'databases', (SELECT json_agg(json_build_array(datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding),
                datcollate)) FROM pg_database));
"""

# pg_class and not information_schema, which hides the tables that the asking role may not read.
TABLES = """
SELECT json_object_agg(relname, pg_get_userbyid(relowner)) FROM pg_class
 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace;
SELECT json_agg(relname) FROM pg_class
 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
   AND (xpath('/row/x/text()', query_to_xml(format('SELECT EXISTS (SELECT 1 FROM %I.%I) AS x',
        relnamespace::regnamespace, relname), false, true, '')))[1]::text = 'true';
SELECT to_regclass('public.django_migrations') IS NOT NULL AS has_migrations \\gset
\\if :has_migrations
SELECT json_agg(json_build_array(app, name)) FROM django_migrations;
\\else
SELECT 'null';
\\endif
"""


@lru_cache
def client(name: str) -> str:
    """Return the path of the newest version of a client program. Debian's on the PATH is a Perl wrapper that takes
    longer to start than the program takes to answer."""
    found = [path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}") if path.parts[4].isdigit()]
    return str(max(found, key=lambda path: int(path.parts[4]))) if found else name


def _psql(port: int, database: str, script: str) -> CommandResult:
    words = [client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", str(port), "-d", database, "-f", "-"]
    return run_query(words, user="postgres", stdin=script, env={"PGAPPNAME": "jalon"})


def _refused(result: CommandResult) -> Any:
    """Return None if no cluster answered, `Unknown` for any other failure."""
    missing = ("No such file or directory", "Connection refused", "psql: No such file")
    return None if any(word in result.err for word in missing) else Unknown(f"PostgreSQL: {result.tail}")


def _not_root() -> Unknown | None:
    if os.geteuid() == 0:
        return None
    return Unknown(_("only root may ask PostgreSQL as its administrator"), needs="root")


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Cluster`."""
    return {reading: _cluster(reading.port) for reading in readings if isinstance(reading, Cluster)}


def _cluster(port: int) -> Any:
    if unknown := _not_root():
        return unknown
    try:
        result = _psql(port, "postgres", CLUSTER)
    except KeyError:  # no account named postgres
        return None
    if result.status:
        return _refused(result)
    found = json.loads(result.out)
    return ClusterState(
        version=found["version"],
        collate=found["collate"],
        data_directory=found["data_directory"],
        connections_left=found["connections_left"],
        roles={
            name: Role(createdb, superuser, login, Secret("verifier", verifier) if verifier else None)
            for name, createdb, superuser, login, verifier in found["roles"]
        },
        databases={name: Database(owner, encoding, collate) for name, owner, encoding, collate in found["databases"]},
    )


def inside(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Inside` readings with one query per database; one that reads accounts serves those that do not."""
    wanted = [reading for reading in readings if isinstance(reading, Inside)]
    answers: dict[Reading[Any], Any] = {reading: _inside(reading) for reading in wanted if reading.user_table}
    more = {(reading.port, reading.database): answers[reading] for reading in wanted if reading.user_table}
    for reading in wanted:
        if not reading.user_table:
            told = more.get((reading.port, reading.database), reading)
            answers[reading] = _inside(reading) if told is reading else _without_users(told)
    return answers


def _without_users(told: Any) -> Any:
    return replace(told, superusers=()) if isinstance(told, DatabaseState) else told


def _inside(wanted: Inside) -> Any:
    if unknown := _not_root():
        return unknown
    script = TABLES
    if wanted.user_table:
        script += (  # the table's name is the guide's own
            f"SELECT to_regclass('public.{wanted.user_table}') IS NOT NULL AS has_users \\gset\n"
            f"\\if :has_users\nSELECT json_agg(username) FROM {wanted.user_table} WHERE is_superuser;\n"
            "\\else\nSELECT 'null';\n\\endif\n"
        )
    try:
        result = _psql(wanted.port, wanted.database, script)
    except KeyError:
        return None
    if result.status:
        return None if "does not exist" in result.err else _refused(result)
    lines = result.out.split("\n")
    tables, filled, migrations, users = (json.loads(line) if line else None for line in (*lines, "", "", "")[:4])
    return DatabaseState(
        tables=tables or {},
        filled=frozenset(filled or ()),
        migrations=None if migrations is None else frozenset((app, name) for app, name in migrations),
        superusers=tuple(sorted(users or ())),
    )


def login(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Login`."""
    return {reading: _login(reading) for reading in readings if isinstance(reading, Login)}


def _login(wanted: Login) -> LoginResult | Unknown:
    if not wanted.password.reveal():
        return Unknown(_("the password is kept where only root may read it"), needs="root")
    import time

    words = [
        client("psql"),
        "-XAtq",
        "-w",
        "-h",
        wanted.host,
        "-p",
        str(wanted.port),
        "-U",
        wanted.user,
        "-d",
        wanted.database,
    ]
    asked = (
        "SELECT current_setting('server_version') || '|' || pg_encoding_to_char(encoding) || '|' ||"
        " has_schema_privilege('public', 'CREATE') FROM pg_database WHERE datname = current_database()"
    )
    began = time.monotonic()
    result = run_query(
        [*words, "-c", asked],
        env={"PGPASSWORD": wanted.password.reveal(), "PGCONNECT_TIMEOUT": "5", "PGAPPNAME": "jalon"},
        deadline=10,
    )
    spent = time.monotonic() - began
    if result.status == 127:
        return Unknown(_("logins are tried with psql, which this host does not have"))
    if result.status:
        return LoginResult(error=result.err.strip() or result.tail, seconds=spent)
    version, encoding, may = result.out.strip().split("|")
    return LoginResult(version=version, encoding=encoding, may_create_tables=may == "true", seconds=spent)
