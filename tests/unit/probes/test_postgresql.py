"""The probes of PostgreSQL, and why a login is refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.scram import verifier
from wizard.base.secret import Secret
from wizard.causes.postgresql import WORDS, diagnose_refusal
from wizard.host.children import CommandResult
from wizard.host.clusters import LISTED
from wizard.host.overlay import Overlay
from wizard.host.passwords import method_for
from wizard.host.postgresql import (
    Cluster,
    ClusterState,
    Database,
    DatabaseState,
    HbaRule,
    Inside,
    Login,
    LoginResult,
    Restraint,
    Role,
    RoleSettings,
    ServerSetting,
)
from wizard.host.reading import NotKnown, Unknown
from wizard.host.sockets import Listener, Listeners
from wizard.host.units import Unit, UnitState
from wizard.probes.postgresql import ClusterAccepts, DatabaseIs, PostgresLogin, RoleIs, TablesOwned

PASSWORD = Secret("db_password", "hunter2hunter2")
TO = 'connection to server at "localhost" (127.0.0.1), port 5432 failed: '


def cluster(version: int = 150018, left: int = 90, **values: Any) -> Overlay:
    """A host whose cluster is such."""
    return fake({Cluster(5432): ClusterState(version=version, connections_left=left, **values)})


@pytest.mark.parametrize(
    ("version", "left", "outcome", "cause", "says"),
    [
        (150018, 90, "passed", None, "PostgreSQL 15 on port 5432, 90 connections left"),
        (140000, 90, "passed", None, "PostgreSQL 14"),
        (130011, 90, "warning", "postgresql-old", "PostgreSQL 13"),
        (120001, 90, "warning", "postgresql-old", "PostgreSQL 12"),
        (
            110022,
            90,
            "failed",
            "postgresql-too-old",
            "PostgreSQL 11 on port 5432, 90 connections left; it should be 12",
        ),
        (150018, 2, "warning", "postgresql-connections-few", "2 connections left"),
    ],
)
def test_cluster(version: int, left: int, outcome: str, cause: str | None, says: str) -> None:
    finding = ClusterAccepts("system.cluster", "").observe(cluster(version, left))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence


@pytest.mark.parametrize(
    ("unit", "commands"),
    [
        (UnitState("loaded", "inactive"), ("systemctl start postgresql.service",)),
        (UnitState("loaded", "active"), ()),
        (UnitState(), ()),
        (Unknown("systemd does not run here"), ()),
    ],
)
@pytest.mark.parametrize(
    "probe",
    [ClusterAccepts("a", "", 5433), RoleIs("a", "", "u", port=5433), DatabaseIs("a", "", "d", "u", port=5433)],
)
def test_nothing_answers(probe: Any, unit: Any, commands: tuple[str, ...]) -> None:
    finding = probe.observe(fake({Unit("postgresql.service"): unit}))
    assert (finding.outcome, finding.cause.id) == ("failed", "postgresql-not-running")
    assert finding.evidence == "no PostgreSQL answers on port 5433"
    assert finding.remedy.commands == commands


@pytest.mark.parametrize(
    ("role", "createdb", "outcome", "cause", "says"),
    [
        (Role(createdb=True), True, "passed", None, "role prod_user, may log in, may create databases"),
        (Role(createdb=False), False, "passed", None, "may not create databases"),
        (Role(createdb=True), False, "passed", None, "may create databases"),
        (Role(), True, "failed", "role-without-createdb", "the role prod_user may not create databases"),
        (Role(createdb=True, login=False), True, "failed", "role-cannot-log-in", "may not log in"),
        (Role(createdb=True, superuser=True), True, "warning", "role-is-superuser", "and is a superuser"),
        (Role(createdb=True, expires=-1.0), True, "warning", "role-password-expired", "is out of date since"),
        (Role(createdb=True, expires=86400.0), True, "warning", "role-password-expires", "is valid until"),
        (Role(createdb=True, expires=1e9), True, "passed", None, "may create databases"),
        (Role(createdb=True, limit=4, used=1), True, "warning", "role-connections-few", "4 connections, 1 in use"),
        (Role(createdb=True, limit=9, used=1), True, "passed", None, "may create databases"),
        (None, True, "failed", "role-missing", "there is no role prod_user"),
    ],
)
def test_role(role: Role | None, createdb: bool, outcome: str, cause: str | None, says: str) -> None:
    probe = RoleIs("database.role", "", "prod_user", createdb)
    finding = probe.observe(cluster(roles={"prod_user": role} if role else {}))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence


def test_a_strange_name_is_quoted_for_server_and_shell() -> None:
    host = cluster(roles={'o"x': Role()})
    remedy = RoleIs("database.role", "", 'o"x', True).observe(host).remedy
    assert remedy is not None
    assert remedy.commands[0].endswith("""-c 'ALTER ROLE "o""x" CREATEDB'""")


@pytest.mark.parametrize(
    ("found", "outcome", "cause", "says"),
    [
        (Database("u", "UTF8", "fr_FR.UTF-8"), "passed", None, "database d of u, UTF8, collation fr_FR.UTF-8"),
        (Database("u", "UTF8", "C.UTF-8"), "passed", None, "collation C.UTF-8"),
        (Database("u", "UTF8", "C"), "warning", "database-collation-c", "collation C; C.UTF-8"),
        (Database("u", "UTF8", "POSIX"), "warning", "database-collation-c", "collation POSIX"),
        (Database("u", "SQL_ASCII", "C"), "failed", "database-other-encoding", "SQL_ASCII"),
        (Database("postgres", "UTF8", "C"), "failed", "database-other-owner", "it should belong to u"),
        (Database("u", collate="x", accepts=False), "failed", "database-closed", "accepts no connections"),
        (Database("u", collate="x", limit=-2), "failed", "database-invalid", "calls it invalid"),
        (Database("u", collate="x", limit=3, used=2), "warning", "database-connections-few", "2 in use"),
        (Database("u", collate="x", sorted_by="2.31", sorts_by="2.36"), "warning", "collation-version-changed", "2.36"),
        (Database("u", collate="x", sorted_by="2.36", sorts_by="2.36"), "passed", None, "collation x"),
        (None, "failed", "database-missing", "there is no database d"),
    ],
)
def test_database(found: Database | None, outcome: str, cause: str | None, says: str) -> None:
    finding = DatabaseIs("database.owner", "", "d", "u").observe(cluster(databases={"d": found} if found else {}))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence


@pytest.mark.parametrize(("collate", "locale"), [("C", True), ("fr_FR.UTF-8", False)])
def test_a_missing_database_is_created_with_a_collation_that_sorts(collate: str, locale: bool) -> None:
    remedy = DatabaseIs("database.owner", "", "d", "u").observe(cluster(collate=collate)).remedy
    assert remedy is not None
    assert "--template=template0" in remedy.commands[0]
    assert ("--locale=C.UTF-8" in remedy.commands[0]) == locale


def login(**values: Any) -> Overlay:
    """A host where the login gives that."""
    return fake({Login("u", PASSWORD, "d"): LoginResult(**values)})


PROBE = PostgresLogin("database.login", "", "u", PASSWORD, "d")


def test_logged_in() -> None:
    host = login(version="15.18 (Debian 15.18-0+deb12u1)", encoding="UTF8", may_create_tables=True)
    finding = PROBE.observe(host)
    assert finding.outcome == "passed"
    assert finding.evidence == "logged in to d as u over TCP, PostgreSQL 15.18, UTF8"


def test_logged_in_but_may_create_nothing() -> None:
    finding = PROBE.observe(login(version="15.18", encoding="UTF8"))
    assert finding.outcome == "failed"
    assert "but may not create tables" in finding.evidence
    assert finding.cause is not None and finding.cause.id == "schema-not-writable"


@pytest.mark.parametrize(
    ("session", "restraints", "cause", "command"),
    [
        ({"read_only": "on"}, [("d", "")], "database-read-only", "ALTER DATABASE"),
        ({"read_only": "on"}, [("d", "u")], "database-read-only", "IN DATABASE"),
        ({"read_only": "on"}, [], "database-read-only", ""),
        ({}, [("", "")], "database-read-only", ""),
        ({"standby": True}, [], "database-standby", ""),
        ({"read_only": "off"}, [("", "")], "", ""),
        ({}, [("other", ""), ("d", "other")], "", ""),
    ],
)
def test_a_session_that_may_only_read_is_told_with_where_that_is_set(
    session: dict[str, Any], restraints: list[tuple[str, str]], cause: str, command: str
) -> None:
    there = ClusterState(read_only=tuple(Restraint(*one) for one in restraints))
    opened = LoginResult(version="15", encoding="UTF8", may_create_tables=True, **session)
    finding = PROBE.observe(fake({Login("u", PASSWORD, "d"): opened, Cluster(5432): there}))
    assert (finding.cause.id if finding.cause else "") == cause
    assert finding.outcome == ("failed" if cause else "passed")
    assert command in " ".join(finding.remedy.commands if finding.remedy else ())


REFUSALS = [
    ('FATAL:  password authentication failed for user "u"', "database-password-wrong"),
    ("FATAL:  authentification par mot de passe échouée pour l'utilisateur  « u »", "database-password-wrong"),
    ('FATAL:  database "d" does not exist', "database-missing"),
    ("FATAL:  la base de données « d » n'existe pas", "database-missing"),
    ('FATAL:  Ident authentication failed for user "u"', "pg-hba-asks-ident"),
    ("FATAL:  authentification Ident échouée pour l'utilisateur « u »", "pg-hba-asks-ident"),
    ('FATAL:  role "u" does not exist', "role-missing"),
    ("FATAL:  le rôle « u » n'existe pas", "role-missing"),
    ('FATAL:  no pg_hba.conf entry for host "::1", user "u", database "d", no encryption', "pg-hba-refuses"),
    ("FATAL:  aucune entrée dans pg_hba.conf pour l'hôte « ::1 », utilisateur « u »", "pg-hba-refuses"),
    ("FATAL:  sorry, too many clients already", "postgresql-full"),
    ("FATAL:  désolé, trop de clients sont déjà connectés", "postgresql-full"),
    ("FATAL:  trop de connexions pour le rôle « u »", "role-connection-limit"),
    ('FATAL:  too many connections for database "d"', "database-connection-limit"),
    ("FATAL:  remaining connection slots are reserved for superuser connections", "postgresql-full"),
    ("FATAL:  the database system is starting up", "postgresql-starting"),
    ("FATAL:  le système de bases de données se lance", "postgresql-starting"),
    ('FATAL:  database "d" is not currently accepting connections', "database-closed"),
    ("FATAL:  la base de données « d » n'accepte plus les connexions", "database-closed"),
    ('FATAL:  cannot connect to invalid database "d"', "database-invalid"),
    ('FATAL:  role "u" is not permitted to log in', "role-cannot-log-in"),
    ("FATAL:  le rôle « u » n'est pas autorisé à se connecter", "role-cannot-log-in"),
    ('FATAL:  permission denied for database "d"', "connect-not-granted"),
    (
        "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
        "postgresql-not-running",
    ),
    ("timeout expired", "host-unreachable"),
    ("No route to host", "host-unreachable"),
]


@pytest.mark.parametrize(("words", "cause"), REFUSALS)
def test_refused(words: str, cause: str) -> None:
    finding = PROBE.observe(login(error=f"psql: error: {TO}{words}"))
    assert finding.outcome == "failed"
    assert finding.evidence.startswith("no login to d as u at localhost, port 5432: ")
    assert finding.cause is not None and finding.cause.id == cause
    assert finding.remedy is not None and finding.remedy.text
    assert PASSWORD.reveal() not in repr(finding)


REFUSED = LoginResult(error='FATAL:  password authentication failed for user "u"')
ASKS_SCRAM = (
    HbaRule(1, "host", ("all",), ("all",), "127.0.0.0", "255.0.0.0", "scram-sha-256"),
    HbaRule(2, "host", ("all",), ("all",), "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "scram-sha-256"),
)
MD5 = "md5" + hashlib.md5(b"hunter2hunter2u").hexdigest()
SCRAM = verifier("hunter2hunter2", b"0123456789abcdef", 1)


@pytest.mark.parametrize(
    ("role", "rules", "listener", "cause"),
    [
        (Role(expires=-1.0, verifier=Secret("v", SCRAM)), ASKS_SCRAM, None, "role-password-expired"),
        (Role(), ASKS_SCRAM, None, "role-without-password"),
        (Role(verifier=Secret("v", MD5)), ASKS_SCRAM, None, "password-kind-not-accepted"),
        (Role(verifier=Secret("v", "md5" + "0" * 32)), ASKS_SCRAM, None, "password-kind-not-accepted"),
        (Role(verifier=Secret("v", "md5" + "0" * 32)), (), None, "database-password-wrong"),
        (Role(verifier=Secret("v", verifier("another", b"0123456789abcdef", 1))), (), None, "database-password-wrong"),
        (Role(verifier=Secret("v", SCRAM)), (), Listener("127.0.0.1", 5432, "docker-proxy"), "another-server-answers"),
        (
            Role(verifier=Secret("v", SCRAM)),
            (HbaRule(1, "host", ("d",), ("u",), "all", method="ldap"),),
            None,
            "pg-hba-other-method",
        ),
        (None, (), None, "role-missing"),
    ],
)
def test_why_a_password_is_refused(role: Role | None, rules: Any, listener: Listener | None, cause: str) -> None:
    state = ClusterState(roles={"u": role} if role else {}, hba=rules)
    listeners = (Listener("127.0.0.1", 5432, "postgres"), *([listener] if listener else ()))
    host = fake({Login("u", PASSWORD, "d"): REFUSED, Cluster(): state, Listeners(): listeners})
    finding = PROBE.observe(host)
    assert finding.cause is not None and finding.cause.id == cause
    assert PASSWORD.reveal() not in repr(finding) and "SCRAM-SHA-256$" not in repr(finding)


@pytest.mark.parametrize(
    ("rules", "method"),
    [
        (ASKS_SCRAM, "scram-sha-256"),
        ((HbaRule(1, "local", ("all",), ("all",), method="peer"), *ASKS_SCRAM), "scram-sha-256"),
        ((HbaRule(1, "host", ("other",), ("all",), "all", method="md5"), *ASKS_SCRAM), "scram-sha-256"),
        ((HbaRule(1, "host", ("all",), ("u",), "samehost", method="md5"), *ASKS_SCRAM), "md5"),
        ((HbaRule(1, "host", ("all",), ("u",), "127.0.0.1", "255.255.255.255", "md5"), *ASKS_SCRAM), ""),
        ((HbaRule(1, "host", ("all",), ("+staff",), "all", method="md5"), *ASKS_SCRAM), ""),
        ((*ASKS_SCRAM, HbaRule(9, error="invalid")), ""),
        ((), ""),
    ],
)
def test_what_pg_hba_asks(rules: tuple[HbaRule, ...], method: str) -> None:
    assert method_for(rules, "u", "d") == method


@pytest.mark.parametrize(
    ("value", "where", "commands"),
    [
        ("127.0.0.9", "127.0.0.9", 2),
        ("", "only its Unix socket", 2),
        ("localhost", "", 0),
        ("*", "", 0),
    ],
)
def test_where_postgresql_listens_and_where_it_is_asked(value: str, where: str, commands: int) -> None:
    setting = ServerSetting(value, "/etc/postgresql/15/main/postgresql.conf", 7)
    listed = CommandResult(0, "15 main 5432 online postgres /var/lib/postgresql/15/main /var/log/x\n", "")
    answers = {
        Login("u", PASSWORD, "d"): LoginResult(error="Connection refused"),
        Cluster(): ClusterState(server={"listen_addresses": setting}),
        LISTED: listed,
    }
    finding = PROBE.observe(fake(answers))
    assert finding.cause is not None and finding.remedy is not None
    assert finding.cause.id == ("postgresql-other-address" if where else "postgresql-not-running")
    assert where in finding.cause.text and len(finding.remedy.commands) == commands and not finding.remedy.safe


@pytest.mark.parametrize(
    ("path", "tables", "outcome"),
    [
        ("app", {"t": "u"}, "failed"),
        ("", {"t": "u"}, "failed"),
        ("app", {}, "passed"),
        ('"$user", public', {"t": "u"}, "passed"),
    ],
)
def test_a_session_that_looks_for_tables_elsewhere(path: str, tables: dict[str, str], outcome: str) -> None:
    state = ClusterState(role_settings=(RoleSettings("d", "u", {"search_path": path}), RoleSettings("d", "", {})))
    session = LoginResult(version="15.18", may_create_tables=True)
    answers = {Login("u", PASSWORD, "d"): session, Cluster(): state, Inside("d"): DatabaseState(tables)}
    finding = PROBE.observe(fake(answers))
    assert finding.outcome == outcome
    if finding.cause is not None and finding.remedy is not None:
        assert finding.cause.id == "search-path-elsewhere"
        assert 'ALTER ROLE "u" IN DATABASE "d" RESET search_path' in finding.remedy.commands[0]


def test_every_cause_is_met_and_explained() -> None:
    met = {cause for _, cause in REFUSALS} | {"host-unknown"}
    assert met == set(WORDS)
    cause, _ = diagnose_refusal(
        'could not translate host name "db" to address', user="u", database="d", host="db", port=1
    )
    assert cause is not None and cause.id == "host-unknown" and "db" in cause.text


def test_a_server_that_also_wants_encryption_has_the_wrong_password_all_the_same() -> None:
    error = f'{TO}FATAL:  password authentication failed for user "u"\n{TO}FATAL:  no pg_hba.conf entry for host'
    finding = PROBE.observe(login(error=error))
    assert finding.cause is not None and finding.cause.id == "database-password-wrong"


def test_words_that_are_not_known_are_shown_without_a_cause() -> None:
    finding = PROBE.observe(login(error="FATAL: something new"))
    assert finding.outcome == "failed"
    assert finding.evidence.endswith("something new")
    assert finding.cause is None and finding.remedy is None


def test_no_command_for_a_server_elsewhere() -> None:
    words = 'role "u" is not permitted to log in'
    _, here = diagnose_refusal(words, user="u", database="d", host="localhost", port=5432)
    _, there = diagnose_refusal(words, user="u", database="d", host="db.example.org", port=5432)
    assert here is not None and here.commands
    assert there is not None and not there.commands


@pytest.mark.parametrize(
    ("inside", "outcome", "cause", "says"),
    [
        (DatabaseState(), "passed", None, "no table yet"),
        (DatabaseState(tables={"a": "u"}), "passed", None, "1 table, of u"),
        (DatabaseState(tables={"a": "u", "b": "u"}), "passed", None, "2 tables, all of u"),
        (
            DatabaseState(tables={"a": "u", "b": "postgres"}),
            "failed",
            "tables-other-owner",
            "1 of 2 tables do not belong to u: b (postgres)",
        ),
        (None, "failed", "database-missing", "d cannot be looked into"),
    ],
)
def test_tables(inside: DatabaseState | None, outcome: str, cause: str | None, says: str) -> None:
    finding = TablesOwned("migrate.owner", "", "d", "u").observe(fake({Inside("d", 5432): inside}))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence


@pytest.mark.parametrize(
    ("version", "words"), [(150000, "the text of all functions"), (140000, "u then uses unawares")]
)
def test_a_database_that_is_open_to_every_role(version: int, words: str) -> None:
    cluster = ClusterState(version=version, databases={"d": Database("u", "UTF8", "C.UTF-8", public=True)})
    finding = DatabaseIs("database.owner", "", "d", "u").observe(fake({Cluster(): cluster}))
    assert finding.outcome == "warning"
    assert finding.cause is not None and finding.cause.id == "database-open-to-all" and words in finding.cause.text
    assert finding.remedy is not None and not finding.remedy.safe
    assert "REVOKE CONNECT" in finding.remedy.commands[0]


def test_tables_are_never_taken_from_a_role_as_a_whole() -> None:
    """`REASSIGN OWNED` gives away that role's databases too."""
    finding = TablesOwned("a", "", "d", "u").observe(fake({Inside("d"): DatabaseState(tables={"a": "v", "b": "v"})}))
    assert finding.remedy is not None and len(finding.remedy.commands) == 2
    assert all("ALTER TABLE" in one and "search_path=pg_catalog" in one for one in finding.remedy.commands)


@pytest.mark.parametrize(("count", "named", "commands"), [(7, "and 2 more", 7), (30, "and 25 more", 0)])
def test_many_tables_of_somebody_else(count: int, named: str, commands: int) -> None:
    tables = {f"t{number}": "postgres" for number in range(count)}
    finding = TablesOwned("migrate.owner", "", "d", "u").observe(fake({Inside("d"): DatabaseState(tables=tables)}))
    assert finding.evidence.endswith(named)
    assert finding.remedy is not None and len(finding.remedy.commands) == commands


@pytest.mark.parametrize(
    "probe",
    [
        ClusterAccepts("a", ""),
        RoleIs("a", "", "u"),
        DatabaseIs("a", "", "d", "u"),
        PROBE,
        TablesOwned("a", "", "d", "u"),
    ],
)
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    with pytest.raises(NotKnown, match="only root"):
        probe.observe(fake(dict.fromkeys(probe.reads(), Unknown("only root may ask", needs="root"))))
