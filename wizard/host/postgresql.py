"""Readings of PostgreSQL: the cluster, asked in the database `postgres` as its administrator; what is inside a
database, asked as the role that owns it (`inside.py`), for all that is in there is somebody else's."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.sql import identifier
from wizard.base.values import Value, field
from wizard.host import opening
from wizard.host.children import CommandResult, run_query
from wizard.host.reading import Reading, Unknown


class Role(Value):
    """A role; `verifier` is the server's stored hash of its password (never printed). `limit` is how many connections
    it may have (-1: any number), `used` how many it has; its password counts until `expires`, in seconds since the
    epoch (None: for ever)."""

    createdb: bool = False
    superuser: bool = False
    login: bool = True
    verifier: Secret | None = None
    limit: int = -1
    used: int = 0
    expires: float | None = None


class Database(Value):
    """A database of the cluster; `public`: every role of the cluster may connect to it. `accepts`: connections are
    accepted; `limit` and `used` as of a role. `sorted_by` is the version of the collation that its indexes were made
    with, `sorts_by` that of the system now; both "" where the server knows none."""

    owner: str
    encoding: str = "UTF8"
    collate: str = ""
    public: bool = False
    accepts: bool = True
    limit: int = -1
    used: int = 0
    sorted_by: str = ""
    sorts_by: str = ""


class ServerSetting(Value):
    """A setting in force: its value, the file and line that it comes from ("" and 0: neither), and whether that file
    says something else by now, which only a restart makes so."""

    value: str
    file: str = ""
    line: int = 0
    pending: bool = False


class RoleSettings(Value):
    """Settings (of those in `OF_SESSIONS`) of a session of that role ("": any) in that database ("": any)."""

    database: str
    role: str
    values: Mapping[str, str]

    @property
    def origin(self) -> str:
        """The statement, without its end, that sets or resets them."""
        if not self.role:
            return f"ALTER DATABASE {identifier(self.database)}"
        place = f" IN DATABASE {identifier(self.database)}" if self.database else ""
        return f"ALTER ROLE {identifier(self.role)}{place}"


class HbaRule(Value):
    """A rule of pg_hba.conf, as the server has read it; `error` where it could not."""

    line: int
    type: str = ""
    databases: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    address: str = ""
    mask: str = ""
    method: str = ""
    error: str = ""


class AtNextStart(Value):
    """A line of the cluster's settings that is not in force: its place, the setting with its value, and the server's
    `error`. `waits`: it is one that is taken at a start alone; otherwise the server refuses it."""

    file: str
    line: int
    name: str = ""
    value: str = ""
    error: str = ""
    waits: bool = False


class Restraint(Value):
    """A setting `default_transaction_read_only = on`: of sessions with that `database` and that `role`, "" for all; of
    the whole cluster where both are ""."""

    database: str = ""
    role: str = ""


class ClusterState(Value):
    """A running cluster; `version` is 150018 for 15.18, `collate` that of `template1`. `connections_left` are those
    that a role without privileges may still make. `server` are settings in force (`SERVER` names them), `role_settings`
    those that begin with a session, `hba` the rules of pg_hba.conf, in order, `not_in_force` lines of its settings that
    are not. `read_only`: for which sessions somebody has set that they begin read-only."""

    version: int = 0
    collate: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    databases: Mapping[str, Database] = field(default_factory=dict)
    connections_left: int = 0
    data_directory: str = ""
    read_only: tuple[Restraint, ...] = ()
    server: Mapping[str, ServerSetting] = field(default_factory=dict)
    role_settings: tuple[RoleSettings, ...] = ()
    hba: tuple[HbaRule, ...] = ()
    not_in_force: tuple[AtNextStart, ...] = ()

    @property
    def major(self) -> int:
        """The major version, such as 15."""
        return self.version // 10000

    def session_setting(self, name: str, role: str, database: str) -> tuple[str, str] | None:
        """The value of a setting with which a session of that role in that database begins, and where it comes from,
        as in `ALTER ROLE u IN DATABASE d`; None where neither role nor database say."""
        for where in ((database, role), ("", role), (database, "")):
            for one in self.role_settings:
                if (one.database, one.role) == where and name in one.values:
                    return one.values[name], one.origin
        return None


class DatabaseState(Value):
    """The contents of a database: the owner of each table, the tables that have rows, the migrations recorded in
    `django_migrations` (None without that table), those of them that are recorded more than once, and the `username`
    of superusers."""

    tables: Mapping[str, str] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    migrations: frozenset[tuple[str, str]] | None = None
    superusers: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()


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


SERVER = (
    *("listen_addresses", "port", "unix_socket_directories", "max_connections", "superuser_reserved_connections"),
    *("password_encryption", "search_path", "cluster_name", "config_file", "hba_file"),
)
# Of what a session of a role or of a database begins with. Any role may set its own, to texts of any size: what is kept
# in more bytes than the latter, compressed, is not looked at.
OF_SESSIONS, MOST_OF_SETTING, MOST_OF_SETTINGS = ("search_path",), 1000, 2**16


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


# What is only there from some release on is not named to an older server (`:modern` is 15).
CLUSTER = f"""
SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 150000 AS modern
\\gset
\\if :modern
\\set sorts_by 'pg_catalog.pg_database_collation_actual_version(oid)'
\\else
\\set sorts_by 'NULL'
\\endif
SELECT pg_catalog.json_build_object(
  'version', pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
  'collate', (SELECT datcollate FROM pg_catalog.pg_database WHERE datname = 'template1'),
  'data_directory', pg_catalog.current_setting('data_directory'),
  'connections_left', pg_catalog.current_setting('max_connections')::pg_catalog.int4
                      - pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int4
                      - (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
                          WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()),
  'read_only', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(datname, rolname))
                FROM (SELECT setdatabase, setrole FROM pg_catalog.pg_db_role_setting,
                             pg_catalog.unnest(setconfig) AS one
                      WHERE pg_catalog.pg_column_size(setconfig) < {MOST_OF_SETTINGS}
                      AND one ~* '^default_transaction_read_only=(on|t|tr|tru|true|y|ye|yes|1)$'
                      UNION ALL SELECT 0, 0 FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'
                      AND reset_val = 'on' AND source IN ('configuration file', 'command line')) AS here
                LEFT JOIN pg_catalog.pg_database ON pg_database.oid = setdatabase
                LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = setrole),
  'roles', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(rolname, rolcreatedb, rolsuper, rolcanlogin,
            rolpassword, rolconnlimit,
            (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE usesysid = pg_authid.oid
                AND backend_type = 'client backend'),
            CASE WHEN pg_catalog.isfinite(rolvaliduntil)
                 THEN pg_catalog.date_part('epoch', rolvaliduntil) END)) FROM pg_catalog.pg_authid),
  'databases', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(datname, pg_catalog.pg_get_userbyid(datdba),
                pg_catalog.pg_encoding_to_char(encoding), datcollate,
                pg_catalog.has_database_privilege('public', oid, 'CONNECT'), datallowconn, datconnlimit,
                (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE datid = pg_database.oid
                    AND backend_type = 'client backend'),
                COALESCE(pg_catalog.to_jsonb(pg_database) ->> 'datcollversion', ''), COALESCE(:sorts_by, '')))
                FROM pg_catalog.pg_database),
  'server', (SELECT pg_catalog.json_object_agg(name, pg_catalog.json_build_array(setting, COALESCE(sourcefile, ''),
             COALESCE(sourceline, 0), pending_restart)) FROM pg_catalog.pg_settings
             WHERE name IN ({_listed(SERVER)})),
  'role_settings', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(COALESCE(datname, ''),
                    COALESCE(rolname, ''), (SELECT pg_catalog.json_agg(pg_catalog.left(one, {MOST_OF_SETTING}))
                      FROM pg_catalog.unnest(setconfig) AS one
                      WHERE pg_catalog.split_part(one, '=', 1) IN ({_listed(OF_SESSIONS)}))))
                    FROM pg_catalog.pg_db_role_setting
                    LEFT JOIN pg_catalog.pg_database ON pg_database.oid = setdatabase
                    LEFT JOIN pg_catalog.pg_authid ON pg_authid.oid = setrole
                    WHERE pg_catalog.pg_column_size(setconfig) < {MOST_OF_SETTINGS}),
  'hba', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(line_number, type, database, user_name, address,
          netmask, auth_method, error) ORDER BY line_number) FROM pg_catalog.pg_hba_file_rules),
  'not_in_force', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(COALESCE(said.sourcefile, ''),
                   COALESCE(said.sourceline, 0), COALESCE(said.name, ''), COALESCE(said.setting, ''), said.error,
                   COALESCE(known.context = 'postmaster', false)) ORDER BY said.seqno)
                   FROM pg_catalog.pg_file_settings AS said LEFT JOIN pg_catalog.pg_settings AS known
                   ON pg_catalog.lower(known.name) = pg_catalog.lower(said.name) WHERE said.error IS NOT NULL));
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
    return _state(json.loads(result.out))


def _state(found: Mapping[str, Any]) -> ClusterState:
    return ClusterState(
        version=found["version"],
        collate=found["collate"],
        data_directory=found["data_directory"],
        connections_left=found["connections_left"],
        read_only=tuple(Restraint(database or "", role or "") for database, role in found["read_only"] or ()),
        roles={
            name: Role(createdb, superuser, login, Secret("verifier", verifier) if verifier else None, *more)
            for name, createdb, superuser, login, verifier, *more in found["roles"]
        },
        databases={name: Database(*columns) for name, *columns in found["databases"]},
        server={name: ServerSetting(*columns) for name, columns in found["server"].items()},
        role_settings=tuple(
            RoleSettings(database, role, dict(one.partition("=")[::2] for one in values or ()))
            for database, role, values in found["role_settings"] or ()
        ),
        hba=tuple(_rule(*columns) for columns in found["hba"] or ()),
        not_in_force=tuple(AtNextStart(*columns) for columns in found["not_in_force"] or ()),
    )


def _rule(line: int, *columns: Any) -> HbaRule:
    kind, databases, users, address, mask, method, error = columns
    return HbaRule(
        line or 0,
        kind or "",
        tuple(databases or ()),
        tuple(users or ()),
        address or "",
        mask or "",
        method or "",
        error or "",
    )
