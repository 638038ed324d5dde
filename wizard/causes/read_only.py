"""Diagnose why a session of PostgreSQL may only read."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.base.language import _
from wizard.base.sql import identifier
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_user
from wizard.host.postgresql import LoginResult, Restraint

SETTING = "default_transaction_read_only"


def diagnose_read_only(
    session: LoginResult, known: Sequence[Restraint], user: str, database: str, port: int
) -> tuple[Cause, Remedy]:
    """Diagnose it from what the session says, and what is known of the cluster's settings (nothing, where it cannot be
    asked)."""
    if session.standby:
        told = _("The server is a standby: it copies another one, and takes no change of its own.")
        remedy = _("Let the application use the server that it copies; or, if that one is lost for good, promote this.")
        return Cause("database-standby", told), Remedy(remedy)
    for one in known:
        if one.database in ("", database) and one.role in ("", user):
            return _set_for(one, port)
    told = _("Every session of {user} begins read-only: `{setting}` is on.")
    text = _("Find where it is set (`\\drds` in psql shows it), and take it back; then restart the service.")
    cause = Cause("database-read-only", told.format(user=user, setting=SETTING))
    return cause, Remedy(text)


def _set_for(one: Restraint, port: int) -> tuple[Cause, Remedy]:
    where = _where(one.database, one.role)
    told = _("`{setting}` is on for {where}: every session begins read-only, and whoever signs in or saves is refused.")
    cause = Cause("database-read-only", told.format(setting=SETTING, where=where))
    # Somebody may have closed it to changes for a time, such as while the data are moved.
    text = _("If nobody wants it so any more, take it back, then restart the service.")
    if not one.database and not one.role:
        return cause, Remedy(text)
    psql = as_user("postgres", "psql", "-p", str(port), "-d", "postgres", "-c", _unset(one.database, one.role))
    return cause, Remedy(text, (psql,))


def _where(database: str, role: str) -> str:
    if database and role:
        return _("the role {role} in the database {database}").format(role=role, database=database)
    if database:
        return _("the database {database}").format(database=database)
    return _("the role {role}").format(role=role) if role else _("the whole cluster")


def _unset(database: str, role: str) -> str:
    if database and role:
        return f"ALTER ROLE {identifier(role)} IN DATABASE {identifier(database)} RESET {SETTING}"
    return f"ALTER {'DATABASE' if database else 'ROLE'} {identifier(database or role)} RESET {SETTING}"
