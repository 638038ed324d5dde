"""What of a role or a database that is there will refuse the application, now or before long."""

from __future__ import annotations

from wizard.base.language import _, _n
from wizard.base.sql import identifier
from wizard.base.values import Value
from wizard.findings.finding import Cause, Finding, Remedy, failed, warning
from wizard.findings.words import as_user, format_time
from wizard.host.postgresql import ClusterState, Database, Role
from wizard.host.reading import Host

FEW = 3
SOON = 30 * 86400.0


class Subject(Value):
    """What is judged: its name, what was seen of it, and the port of its cluster."""

    name: str
    seen: str
    port: int

    def admin(self, statement: str) -> str:
        """The command with which root has a statement carried out."""
        return as_user("postgres", "psql", "-p", str(self.port), "-d", "postgres", "-c", statement)


def judge_role(host: Host, role: Role, subject: Subject) -> Finding | None:
    """A finding where the role's password ends, or its own limit of connections is close; None for neither."""
    if role.expires is not None and role.expires <= host.clock + SOON:
        return _ending(host, role.expires, subject)
    if role.limit >= 0 and role.limit - role.used <= FEW:
        told = _("The application is refused when it needs more: every worker and every job takes one.")
        statement = f"ALTER ROLE {identifier(subject.name)} CONNECTION LIMIT -1"
        remedy = Remedy(
            _("Take the limit away, or raise it, unless it was set on purpose."), (subject.admin(statement),)
        )
        cause = Cause("role-connections-few", told)
        return warning(_limited(subject, role.limit, role.used), cause=cause, remedy=remedy)
    return None


def _ending(host: Host, expires: float, subject: Subject) -> Finding:
    statement = f"ALTER ROLE \"{subject.name}\" VALID UNTIL 'infinity'"
    told = _("Let its password be valid without an end, unless that day was set on purpose.")
    remedy, when = Remedy(told, (subject.admin(statement),)), format_time(expires)
    if expires <= host.clock:
        text = _("{seen}; but its password is out of date since {when}").format(seen=subject.seen, when=when)
        # Whether that harms depends on how the application logs in, which its own login tells.
        cause = Cause("role-password-expired", _("Nobody can log in with it any more (`VALID UNTIL`)."))
        return warning(text, cause=cause, remedy=remedy)
    text = _("{seen}; its password is valid until {when}").format(seen=subject.seen, when=when)
    cause = Cause("role-password-expires", _("From then on every login is refused (`VALID UNTIL`)."))
    return warning(text, cause=cause, remedy=remedy)


def judge_database(database: Database, cluster: ClusterState, subject: Subject) -> Finding | None:
    """A finding where a database takes no connection, takes few, or has indexes that another collation has sorted."""
    if database.limit == -2:
        told = _("Its removal was begun and did not come to its end: nobody can connect to it, nor repair it.")
        text = _("{seen}; the server calls it invalid").format(seen=subject.seen)
        remedy = Remedy(_("Remove it (`DROP DATABASE`), then bring back the newest backup."))
        return failed(text, cause=Cause("database-invalid", told), remedy=remedy)
    if not database.accepts:
        return _closed(subject)
    if database.limit >= 0 and database.limit - database.used <= FEW:
        told = _("The application is refused when it needs more: every worker and every job takes one.")
        statement = f"ALTER DATABASE {identifier(subject.name)} CONNECTION LIMIT -1"
        remedy = Remedy(
            _("Take the limit away, or raise it, unless it was set on purpose."), (subject.admin(statement),)
        )
        cause = Cause("database-connections-few", told)
        return warning(_limited(subject, database.limit, database.used), cause=cause, remedy=remedy)
    if database.sorted_by and database.sorts_by and database.sorted_by != database.sorts_by:
        return _sorted_anew(database, subject)
    return None


def _limited(subject: Subject, limit: int, used: int) -> str:
    text = _n(
        "{seen}; limited to {limit} connection, {used} in use",
        "{seen}; limited to {limit} connections, {used} in use",
        limit,
    )
    return text.format(seen=subject.seen, limit=limit, used=used)


def _closed(subject: Subject) -> Finding:
    told = _("It was closed to everybody (`ALLOW_CONNECTIONS false`), as before a restore or a removal.")
    statement = f"ALTER DATABASE {identifier(subject.name)} ALLOW_CONNECTIONS true"
    remedy = Remedy(_("Open it, unless somebody is at work there."), (subject.admin(statement),))
    text = _("{seen}; it accepts no connections").format(seen=subject.seen)
    return failed(text, cause=Cause("database-closed", told), remedy=remedy)


def _sorted_anew(database: Database, subject: Subject) -> Finding:
    told = _(
        "The system sorts otherwise since it was upgraded: an index from before may miss rows, or let in the same one "
        "twice."
    )
    text = _("{seen}; its indexes were sorted by collation version {then}, the system has {now}")
    statements = (
        as_user(
            *("postgres", "env", "PGOPTIONS=-c search_path=pg_catalog", "psql", "-p", str(subject.port)),
            *("-d", subject.name, "-c", f"REINDEX DATABASE {identifier(subject.name)}"),
        ),
        subject.admin(f"ALTER DATABASE {identifier(subject.name)} REFRESH COLLATION VERSION"),
    )
    remedy = Remedy(_("Build the indexes anew while nobody works there, then note the new version."), statements)
    seen = text.format(seen=subject.seen, then=database.sorted_by, now=database.sorts_by)
    return warning(seen, cause=Cause("collation-version-changed", told), remedy=remedy)
