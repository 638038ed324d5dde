"""Diagnose why PostgreSQL refused a login, from its message, which is in the cluster's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from wizard.base.language import _
from wizard.base.sql import identifier
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_user


class Names(TypedDict):
    """The parameters of the texts."""

    user: str
    database: str
    host: str
    port: int


# The first that is found counts: a server that also wants encryption names pg_hba.conf after a wrong password.
# In English and French, the languages of the clusters that Jalon meets.
WORDS: Mapping[str, str] = {
    "database-password-wrong": "password authentication failed|authentification par mot de passe échouée",
    "pg-hba-asks-ident": "ident authentication failed|authentification ident échouée",
    "pg-hba-refuses": r"pg_hba\.conf",
    "role-connection-limit": "too many connections for role|trop de connexions pour le rôle",
    "database-connection-limit": "too many connections for database|trop de connexions pour la base",
    "postgresql-full": (
        "too many (?:clients|connections)|connection slots are reserved"
        "|trop de (?:clients|connexions)|emplacements de connexions? restants sont réservés"
    ),
    "postgresql-starting": (
        "database system is (?:starting up|shutting down|in recovery|not yet accepting)"
        "|base(?:s)? de données (?:se lance|s'arrête|est en cours de restauration|n'accepte pas encore)"
    ),
    "database-closed": "is not currently accepting connections|n'accepte (?:pas|plus) (?:de|les) connexions",
    "database-invalid": "cannot connect to invalid database|base de données invalide",
    "role-cannot-log-in": "is not permitted to log in|pas autorisé à se connecter",
    "connect-not-granted": "permission denied for database|droit refusé pour la base de données",
    "role-missing": 'role "[^"]*" does not exist|le rôle « .* » n\'existe pas',
    "database-missing": 'database "[^"]*" does not exist|la base de données « .* » n\'existe pas',
    "host-unknown": "could not translate host name",
    "postgresql-not-running": "connection refused",
    "host-unreachable": "timeout expired|no answer within|no route to host|network is unreachable",
}


def diagnose_refusal(
    error: str, *, user: str, database: str, host: str, port: int
) -> tuple[Cause | None, Remedy | None]:
    """Return cause and remedy of a refused login; (None, None) if the message is not recognised."""
    for cause, words in WORDS.items():
        if re.search(words, error, re.IGNORECASE):
            names: Names = {"user": user, "database": database, "host": host, "port": port}
            text, told = _texts()[cause]
            return Cause(cause, text.format(**names)), Remedy(told.format(**names), _commands(cause, **names))
    return None, None


def _commands(cause: str, *, user: str, database: str, host: str, port: int) -> tuple[str, ...]:
    """Return the commands of the remedy; none for a server on another machine."""
    if host not in ("localhost", "127.0.0.1", "::1"):
        return ()
    if cause == "role-cannot-log-in":
        return (as_user("postgres", "psql", "-p", str(port), "-c", f'ALTER ROLE "{user}" LOGIN'),)
    if cause == "role-connection-limit":
        return (as_user("postgres", "psql", "-p", str(port), "-c", f'ALTER ROLE "{user}" CONNECTION LIMIT -1'),)
    if cause == "database-closed":
        opened = f"ALTER DATABASE {identifier(database)} ALLOW_CONNECTIONS true"
        return (as_user("postgres", "psql", "-p", str(port), "-c", opened),)
    if cause == "connect-not-granted":
        grant = f'GRANT CONNECT ON DATABASE "{database}" TO "{user}"'
        return (as_user("postgres", "psql", "-p", str(port), "-c", grant),)
    return ()


def _texts() -> Mapping[str, tuple[str, str]]:
    """Return description and remedy of each cause. A function, because the language is set only at run time."""
    return {
        "pg-hba-refuses": (
            _("pg_hba.conf of PostgreSQL lets nobody log in to {database} as {user} from here with a password."),
            _("Add a line such as `host {database} {user} 127.0.0.1/32 scram-sha-256` to pg_hba.conf, then reload."),
        ),
        "pg-hba-asks-ident": (
            _("pg_hba.conf asks the system who {user} is (`ident`), as Red Hat's packages have it, and no password."),
            _("Add a line such as `host {database} {user} 127.0.0.1/32 scram-sha-256` before the others, then reload."),
        ),
        "database-password-wrong": (
            _("The password is not that of the role {user}, or there is no such role."),
            _("Give the role the password of the answers, or correct the answer."),
        ),
        "role-connection-limit": (
            _("The role {user} may not have that many connections: its own limit is reached."),
            _("Take the limit away, or raise it, unless it was set on purpose."),
        ),
        "database-connection-limit": (
            _("The database {database} may not have that many connections: its own limit is reached."),
            _("Raise the limit with `ALTER DATABASE ... CONNECTION LIMIT`."),
        ),
        "postgresql-full": (
            _("Too many programs are connected to PostgreSQL."),
            _("See who is connected in `pg_stat_activity`, or raise `max_connections`."),
        ),
        "postgresql-starting": (
            _("PostgreSQL is starting or stopping."),
            _("Wait a moment; its log says how far it is."),
        ),
        "database-closed": (
            _("The database {database} was closed to everybody (`ALLOW_CONNECTIONS false`)."),
            _("Open it, unless somebody is at work there."),
        ),
        "database-invalid": (
            _("The removal of {database} was begun and did not come to its end: nobody can connect to it."),
            _("Remove it (`DROP DATABASE`), then bring back the newest backup."),
        ),
        "role-cannot-log-in": (
            _("The role {user} may not log in."),
            _("Give it that right."),
        ),
        "connect-not-granted": (
            _("The role {user} may not connect to {database}."),
            _("Give it that right, or let it own the database."),
        ),
        "role-missing": (_("There is no role {user}."), _("Create it: apply the checkpoint of the database.")),
        "database-missing": (
            _("There is no database {database}."),
            _("Create it: apply the checkpoint of the database."),
        ),
        "host-unknown": (
            _("No machine is known by the name {host}."),
            _("Correct the answer that names the database's machine."),
        ),
        "postgresql-not-running": (
            _("Nothing listens on port {port} of {host}."),
            _("Start PostgreSQL there; `pg_lsclusters` shows its clusters with their ports."),
        ),
        "host-unreachable": (
            _("{host} does not answer on port {port} in time."),
            _("See whether the machine runs, and whether a firewall stands in between."),
        ),
    }
