"""Readings of PostgreSQL: the cluster, asked in the database `postgres` as its administrator; what is inside a
database, asked as the role that owns it (`inside.py`), for all that is in there is somebody else's."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.children import CommandResult, run_query
from wizard.host.reading import Reading, Unknown


class Role(Value):
    """A role; `verifier` is the server's stored hash of its password (never printed)."""

    createdb: bool = False
    superuser: bool = False
    login: bool = True
    verifier: Secret | None = None


class Database(Value):
    """A database of the cluster; `public`: every role of the cluster may connect to it."""

    owner: str
    encoding: str = "UTF8"
    collate: str = ""
    public: bool = False


class Restraint(Value):
    """A setting `default_transaction_read_only = on`: of sessions with that `database` and that `role`, "" for all; of
    the whole cluster where both are ""."""

    database: str = ""
    role: str = ""


class ClusterState(Value):
    """A running cluster; `version` is 150018 for 15.18, `collate` that of `template1`. `read_only`: for which
    sessions somebody has set that they begin read-only."""

    version: int = 0
    collate: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    databases: Mapping[str, Database] = field(default_factory=dict)
    connections_left: int = 0
    data_directory: str = ""
    read_only: tuple[Restraint, ...] = ()

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
    not to read it.

    `user`, `password` and `host` are those of the role that the application logs in as: nobody else ever asks, above
    all no superuser, in whose name the database's own views, functions and operators would act.
    """

    family: ClassVar[str] = "databases"
    database: str
    port: int = 5432
    user_table: str = ""
    # Who asks makes no other question of it.
    user: str = field(default="", compare=False)
    password: Secret | None = field(default=None, compare=False)
    host: str = field(default="localhost", compare=False)


class Login(Reading["LoginResult"]):
    """The result of logging in over TCP with a password, as the application does."""

    family: ClassVar[str] = "logins"
    user: str
    password: Secret
    database: str
    host: str = "localhost"
    port: int = 5432


class LoginResult(Value):
    """The result of a login: the server's `error` if refused, otherwise properties of the session.

    `read_only` is what is set for this role or database as `default_transaction_read_only` (`on`, `off`, or "" for
    nothing); `standby`: nobody may write there."""

    error: str = ""
    version: str = ""
    encoding: str = ""
    may_create_tables: bool = False
    read_only: str = ""
    standby: bool = False
    seconds: float = 0.0


CLUSTER = """
SELECT pg_catalog.json_build_object(
  'version', pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
  'collate', (SELECT datcollate FROM pg_catalog.pg_database WHERE datname = 'template1'),
  'data_directory', pg_catalog.current_setting('data_directory'),
  'connections_left', pg_catalog.current_setting('max_connections')::pg_catalog.int4
                      - (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity),
  'read_only', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(datname, rolname))
                FROM (SELECT setdatabase, setrole FROM pg_catalog.pg_db_role_setting,
                             pg_catalog.unnest(setconfig) AS one
                      WHERE one ~* '^default_transaction_read_only=(on|t|tr|tru|true|y|ye|yes|1)$'
                      UNION ALL SELECT 0, 0 FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'
                      AND reset_val = 'on' AND source IN ('configuration file', 'command line')) AS here
                LEFT JOIN pg_catalog.pg_database ON pg_database.oid = setdatabase
                LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = setrole),
  'roles', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(rolname, rolcreatedb, rolsuper, rolcanlogin,
            rolpassword)) FROM pg_catalog.pg_authid),
  'databases', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(datname, pg_catalog.pg_get_userbyid(datdba),
                pg_catalog.pg_encoding_to_char(encoding), datcollate,
                pg_catalog.has_database_privilege('public', oid, 'CONNECT'))) FROM pg_catalog.pg_database));
"""

# Any role may make functions in the schema `public` of the database `postgres` before PostgreSQL 15 (CVE-2018-1058).
SAFE_PATH = {"PGOPTIONS": "-c search_path=pg_catalog"}
# Whoever listens on the port while the server is down may ask for the password. Clients before 16 know no such bound.
NEVER_IN_CLEAR = {"PGREQUIREAUTH": "!password"}


@lru_cache
def client(name: str) -> str:
    """Return the path of the newest version of a client program. Debian's on the PATH is a Perl wrapper that takes
    longer to start than the program takes to answer."""
    top = "/usr/lib/postgresql"
    try:
        versions = [int(one) for one in opening.names(top) if one.isdecimal()]
        found = [one for one in versions if opening.exists(f"{top}/{one}/bin/{name}")]
    except OSError:
        return name
    return f"{top}/{max(found)}/bin/{name}" if found else name


def _psql(port: int, script: str) -> CommandResult:
    words = [client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", str(port), "-d", "postgres", "-f", "-"]
    return run_query(words, user="postgres", stdin=script, env={"PGAPPNAME": "jalon", **SAFE_PATH})


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
        result = _psql(port, CLUSTER)
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
        read_only=tuple(Restraint(database or "", role or "") for database, role in found["read_only"] or ()),
        roles={
            name: Role(createdb, superuser, login, Secret("verifier", verifier) if verifier else None)
            for name, createdb, superuser, login, verifier in found["roles"]
        },
        databases={name: Database(*columns) for name, *columns in found["databases"]},
    )
