"""Answer whether a role can log in with its password, over TCP, as the application does."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.host.postgresql import Login, LoginResult
from wizard.host.postgresql_protocol import METHOD, Refused, session
from wizard.host.reading import Reading, Unknown

# This session is read-only by its own wish: what others begin with is looked up, in the order in which it counts.
ASKED = """
SELECT pg_catalog.current_setting('server_version') || '|' || pg_catalog.pg_encoding_to_char(encoding) || '|'
       || pg_catalog.has_schema_privilege('public', 'CREATE') || '|' || pg_catalog.pg_is_in_recovery() || '|'
       || coalesce((SELECT (pg_catalog.split_part(one, '=', 2)::pg_catalog.bool)::pg_catalog.text
                      FROM pg_catalog.pg_db_role_setting, pg_catalog.unnest(setconfig) AS one,
                           pg_catalog.pg_roles AS who
                     WHERE one LIKE 'default_transaction_read_only=%' AND who.rolname = current_user
                       AND setrole IN (0, who.oid) AND setdatabase IN (0, pg_database.oid)
                     ORDER BY setrole = 0, setdatabase = 0 LIMIT 1), '')
  FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
"""


def login(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Login`."""
    return {reading: _login(reading) for reading in readings if isinstance(reading, Login)}


def _login(wanted: Login) -> LoginResult | Unknown:
    if not wanted.password.reveal():
        return Unknown(_("the password is kept where only root may read it"), needs="root")
    began = time.monotonic()
    try:
        with session(wanted.user, wanted.password, wanted.database, wanted.host, wanted.port) as asked:
            said = asked.rows(ASKED)
    except Refused as refused:
        if refused.code == METHOD:
            return Unknown(f"PostgreSQL: {refused.text}")
        return LoginResult(error=refused.text, seconds=time.monotonic() - began)
    except OSError as error:
        return LoginResult(error=_words(wanted, error), seconds=time.monotonic() - began)
    return _result(said[0][0] or "" if said and said[0] else "", began)


def _words(wanted: Login, error: OSError) -> str:
    """What libpq says of the same error: names that are not resolved are no system's error."""
    if type(error).__name__ == "gaierror":
        return f'could not translate host name "{wanted.host}" to address: {error.strerror}'
    return str(error.strerror or error)


def _result(said: str, began: float) -> LoginResult:
    version, _bar, rest = said.partition("|")
    encoding, _bar, rest = rest.partition("|")
    may, _bar, rest = rest.partition("|")
    standby, _bar, read_only = rest.partition("|")
    return LoginResult(
        version=version,
        encoding=encoding,
        may_create_tables=may == "true",
        read_only={"true": "on", "false": "off"}.get(read_only, ""),
        standby=standby == "true",
        seconds=time.monotonic() - began,
    )
