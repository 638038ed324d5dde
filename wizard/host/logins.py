"""Answer whether a role can log in with its password, over TCP, as the application does."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.host.postgresql import Login, LoginResult
from wizard.host.postgresql_protocol import METHOD, Refused, session
from wizard.host.reading import Reading, Unknown

ASKED = """
SELECT pg_catalog.current_setting('server_version') || '|' || pg_catalog.pg_encoding_to_char(encoding) || '|'
       || pg_catalog.has_schema_privilege('public', 'CREATE')
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
    encoding, _bar, may = rest.partition("|")
    return LoginResult(
        version=version, encoding=encoding, may_create_tables=may == "true", seconds=time.monotonic() - began
    )
