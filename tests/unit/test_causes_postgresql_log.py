"""Why a cluster does not start, by its log and the host."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.causes import clusters
from wizard.host.children import CommandResult
from wizard.host.commands import CommandOutput
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.logs import LogTail
from wizard.host.sockets import Listener, Listeners
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User

LOG = "/var/log/postgresql/postgresql-15-main.log"
KEY = "/etc/ssl/private/ssl-cert-snakeoil.key"
STAMP = "2026-11-28 13:55:00.123 UTC [41] "
UP = f"{STAMP}LOG:  database system is ready to accept connections"
IN_A_SESSION = f'{STAMP}demo@demo_db FATAL:  password authentication failed for user "demo"'
TOO_OPEN = f'{STAMP}FATAL:  private key file "{KEY}" has group or world access'
POSTGRES = User(110, "postgres", "/var/lib/postgresql", "/bin/bash", ("postgres", "ssl-cert"))


def named(log: list[str], answers: dict[Any, Any] | None = None) -> tuple[str, str, tuple[str, ...]]:
    """The cause, its words and the commands of the remedy, of a cluster that is down."""
    listed = f"15 main 5432 down postgres /var/lib/postgresql/15/main {LOG}\n"
    laid = {
        CommandOutput(("pg_lsclusters", "--no-header")): CommandResult(0, listed, ""),
        LogTail(LOG): tuple(log),
        Content("/etc/postgresql/15/main/postgresql.conf"): f"ssl_key_file = '/x'\nssl_key_file = '{KEY}'\n".encode(),
        Account("postgres"): POSTGRES,
    }
    found = clusters.diagnose_no_answer(fake({**laid, **(answers or {})}), 5432)
    assert found
    return found[0].id, found[0].text, found[1].commands if found[1] else ()


@pytest.mark.parametrize(
    ("entry", "first"),
    [
        (Entry(mode=0o644, group="ssl-cert"), f"chmod 0640 {KEY}"),
        (Entry(mode=0o640, owner="postgres"), f"runuser -u postgres -- chmod 0600 {KEY}"),
        (Entry(mode=0o640), f"chgrp ssl-cert {KEY}"),
    ],
)
def test_a_key_that_the_server_refuses_is_named_with_its_mode(entry: Entry, first: str) -> None:
    identifier, text, commands = named([UP, TOO_OPEN], {EntryAt(KEY): entry})
    assert identifier == "postgresql-key-refused"
    assert f"{KEY} ({entry.octal} {entry.owner}:{entry.group})" in text
    assert commands[0] == first
    assert commands[-1] == "systemctl start postgresql@15-main.service"


def test_a_key_that_is_right_by_now_is_not_accused() -> None:
    identifier, text, _commands = named([TOO_OPEN], {EntryAt(KEY): Entry(mode=0o640, group="ssl-cert")})
    assert identifier == "postgresql-does-not-start"
    assert "has group or world access" in text


def test_what_a_session_or_an_earlier_start_ended_with_says_nothing() -> None:
    stop = f"{STAMP}FATAL:  terminating background worker due to administrator command"
    for log in ([], [TOO_OPEN, UP], [UP, IN_A_SESSION], [UP, stop]):
        assert named(log)[0] == "postgresql-not-running"


@pytest.mark.parametrize(
    ("words", "identifier", "shown"),
    [
        ('could not access file "pg_stat_kcache": No such file or directory', "postgresql-library-missing", "kcache"),
        ("could not map anonymous shared memory: Cannot allocate memory", "postgresql-memory", "memory"),
        ('could not write lock file "postmaster.pid": No space left on device', "disk-full", "disk"),
        ("something that nobody here has met", "postgresql-does-not-start", "something that nobody here has met"),
    ],
)
def test_the_newest_fatal_line_chooses(words: str, identifier: str, shown: str) -> None:
    found = named([UP, TOO_OPEN, f"{STAMP}FATAL:  {words}", f"{STAMP}LOG:  database system is shut down"])
    assert found[0] == identifier
    assert shown in found[1]


def test_the_line_of_the_settings_that_is_refused_is_shown() -> None:
    log = [
        f"{STAMP}LOG:  starting PostgreSQL 15.18",
        f'{STAMP}LOG:  invalid IP mask "md5": Name or service not known',
        f'{STAMP}CONTEXT:  line 103 of configuration file "/etc/postgresql/15/main/pg_hba.conf"',
        f"{STAMP}FATAL:  could not load /etc/postgresql/15/main/pg_hba.conf",
    ]
    identifier, text, commands = named(log)
    assert (identifier, commands) == ("postgresql-settings-refused", ())
    assert 'invalid IP mask "md5"' in text
    assert "line 103" in text


def test_a_port_that_is_held_is_named_while_it_is_held() -> None:
    log = [f"{STAMP}FATAL:  could not create any TCP/IP sockets"]
    held = {Listeners(): (Listener("127.0.0.1", 5432, "python3", 77, "demo"),)}
    assert named(log, held)[0] == "port-held-by-another"
    assert named(log)[0] == "postgresql-does-not-start"


def test_what_was_written_before_it_was_told_to_stop_is_no_cause() -> None:
    """Who logs in by a name with a line end in it writes such a line; the prefix of lines has the name as it is."""
    forged = f"{STAMP}FATAL:  could not map anonymous shared memory"
    stop = f"{STAMP}LOG:  received fast shutdown request"
    down = f"{STAMP}LOG:  database system is shut down"
    assert named([UP, forged])[0] == "postgresql-memory"
    assert named([UP, forged, stop, down])[0] != "postgresql-memory"
    assert named([UP, stop, down, forged])[0] == "postgresql-memory"


@pytest.mark.parametrize(
    ("state", "identifier"),
    [
        (UnitState("loaded", "failed", killed=True), "postgresql-not-running"),
        (UnitState("loaded", "inactive"), "postgresql-not-running"),
        (UnitState("loaded", "failed"), "disk-full"),
    ],
)
def test_what_a_log_says_counts_where_the_server_ended_by_itself(state: UnitState, identifier: str) -> None:
    log = [UP, f"{STAMP}FATAL:  could not extend file: No space left on device"]
    assert named(log, {Unit("postgresql@15-main.service"): state})[0] == identifier
