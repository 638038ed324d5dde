"""Probes of PostgreSQL: cluster, role, database, and the application's login."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from wizard.base.language import _, _n
from wizard.base.lines import lines_of
from wizard.base.secret import Secret
from wizard.base.sql import identifier
from wizard.base.values import replace
from wizard.causes.earlier import lost_database
from wizard.causes.role_state import Subject, judge_database, judge_role
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_user, listed
from wizard.host.earlier import of_database
from wizard.host.postgresql import Cluster, ClusterState, DatabaseState, Inside, Login, LoginResult, Restraint
from wizard.host.reading import Host, Reading
from wizard.host.units import Unit, UnitState

if TYPE_CHECKING:
    from wizard.causes.postgresql import Names

UNIT = "postgresql.service"
FEW_CONNECTIONS = 3
COMMANDS_AT_MOST = 20
# The release from which on not every role may make things in the schema `public`.
PUBLIC_SCHEMA_CLOSED = 15
LOCAL = ("localhost", "127.0.0.1", "::1")


class ClusterAccepts(Probe):
    """A cluster of this machine accepts connections on its port, and its version is not too old."""

    port: int = 5432
    least_major: int = 12
    advised_major: int = 14
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Cluster(self.port), Unit(UNIT))

    def observe(self, host: Host) -> Finding:
        cluster = host.get(Cluster(self.port))
        if cluster is None:
            return _silent(host, self.port)
        seen = _("PostgreSQL {major} on port {port}, {left} connections left").format(
            major=cluster.major, port=self.port, left=cluster.connections_left
        )
        if cluster.major < self.least_major:
            told = _("The application needs PostgreSQL {least} or newer.").format(least=self.least_major)
            text = _("{seen}; it should be {least} at least").format(seen=seen, least=self.least_major)
            remedy = Remedy(_("Move to a newer PostgreSQL, or to a newer release of the distribution."))
            return failed(text, cause=Cause("postgresql-too-old", told), remedy=remedy)
        if cluster.major < self.advised_major:
            told = _("It works; PostgreSQL {advised} or newer is advised.").format(advised=self.advised_major)
            return warning(seen, cause=Cause("postgresql-old", told))
        if cluster.connections_left <= FEW_CONNECTIONS:
            told = _("The application will be refused when a few more programs connect.")
            remedy = Remedy(_("See who is connected in `pg_stat_activity`, or raise `max_connections`."))
            return warning(seen, cause=Cause("postgresql-connections-few", told), remedy=remedy)
        return passed(seen)


class RoleIs(Probe):
    """A role exists, may log in and, where `createdb`, may create databases. `database` is the one that it owns, and
    `backups` the folder of that one's backups."""

    role: str
    createdb: bool = False
    port: int = 5432
    step: str = ""
    database: str = ""
    backups: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Cluster(self.port),)

    def observe(self, host: Host) -> Finding:
        cluster = host.get(Cluster(self.port))
        if cluster is None:
            return _silent(host, self.port)
        role = cluster.roles.get(self.role)
        if role is None and self.database and self.database not in cluster.databases:
            evidence = _("there is no role {role}").format(role=self.role)
            traces = of_database(host, self.database, self.role, self.port, self.backups)
            if found := lost_database(self.database, traces, self.port, evidence):
                return found
        if role is None:
            words = ("createuser", "-p", str(self.port), "--login", "--pwprompt")
            asks = ("--createdb",) if self.createdb else ()
            told = _("The role was not created, or was dropped.")
            return failed(
                _("there is no role {role}").format(role=self.role),
                cause=Cause("role-missing", told),
                remedy=Remedy(
                    _("Create it; it asks for the password."),
                    (as_user("postgres", *words, *asks, self.role),),
                    self.step,
                ),
            )
        if not role.login:
            return self._lacks("role-cannot-log-in", _("the role {role} may not log in"), "LOGIN")
        if self.createdb and not role.createdb:
            return self._lacks("role-without-createdb", _("the role {role} may not create databases"), "CREATEDB")
        may = _("may create databases") if role.createdb else _("may not create databases")
        seen = _("role {role}, may log in, {may}").format(role=self.role, may=may)
        if role.superuser:
            told = _("An application whose role may do everything can harm every other database.")
            remedy = Remedy(_("Take that right away."), (self._alter("NOSUPERUSER"),))
            text = _("{seen}, and is a superuser").format(seen=seen)
            return warning(text, cause=Cause("role-is-superuser", told), remedy=remedy)
        return judge_role(host, role, Subject(self.role, seen, self.port)) or passed(seen)

    def _lacks(self, cause: str, text: str, right: str) -> Finding:
        evidence = text.format(role=self.role)
        told = _("The role lacks the right {right}.").format(right=right)
        return failed(
            evidence,
            cause=Cause(cause, told),
            # An administrator may have revoked the right to log in on purpose.
            remedy=Remedy(_("Give it that right."), (self._alter(right),), safe=right != "LOGIN"),
        )

    def _alter(self, right: str) -> str:
        return _sql(self.port, "postgres", f"ALTER ROLE {identifier(self.role)} {right}")


class DatabaseIs(Probe):
    """A database exists with this owner and encoding, and its collation sorts accented letters. `backups` is the folder
    of its backups."""

    database: str
    owner: str
    encoding: str = "UTF8"
    port: int = 5432
    step: str = ""
    backups: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Cluster(self.port),)

    def observe(self, host: Host) -> Finding:
        cluster = host.get(Cluster(self.port))
        if cluster is None:
            return _silent(host, self.port)
        found = cluster.databases.get(self.database)
        if found is None:
            evidence = _("there is no database {database}").format(database=self.database)
            traces = of_database(host, self.database, self.owner, self.port, self.backups)
            return lost_database(self.database, traces, self.port, evidence) or self._missing(cluster)
        seen = _("database {database} of {owner}, {encoding}, collation {collate}").format(
            database=self.database, owner=found.owner, encoding=found.encoding, collate=found.collate or "?"
        )
        if found.owner != self.owner:
            alter = f"ALTER DATABASE {identifier(self.database)} OWNER TO {identifier(self.owner)}"
            told = _("From PostgreSQL 15 on, only the owner of a database may create tables in it.")
            return failed(
                _("{seen}; it should belong to {owner}").format(seen=seen, owner=self.owner),
                cause=Cause("database-other-owner", told),
                remedy=Remedy(_("Give it to that role."), (_sql(self.port, "postgres", alter),)),
            )
        anew = Remedy(_("Both are set for good when a database is created: dump it, create it anew, restore the dump."))
        if found.encoding != self.encoding:
            told = _("Text that the encoding has no sign for cannot be stored.")
            return failed(
                _("{seen}; it should be {encoding}").format(seen=seen, encoding=self.encoding),
                cause=Cause("database-other-encoding", told),
                remedy=anew,
            )
        if judged := judge_database(found, cluster, Subject(self.database, seen, self.port)):
            return judged
        if found.collate in ("C", "POSIX"):
            told = _("With this collation, a search that ignores case misses accented letters.")
            text = _("{seen}; C.UTF-8 or a language's own would do").format(seen=seen)
            return warning(text, cause=Cause("database-collation-c", told), remedy=anew)
        return self._open(seen, cluster) if found.public else passed(seen)

    def _open(self, seen: str, cluster: ClusterState) -> Finding:
        """What follows from the right to connect, which PostgreSQL gives every role in a new database."""
        told = _("Every role may see there the names of all tables and the text of all functions.")
        if cluster.major < PUBLIC_SCHEMA_CLOSED:
            told = _("Every role may also make functions and tables there, which {owner} then uses unawares.").format(
                owner=self.owner
            )
        revoke = f"REVOKE CONNECT, TEMPORARY ON DATABASE {identifier(self.database)} FROM PUBLIC"
        remedy = Remedy(
            _("Close it to others; whoever else shall connect needs `GRANT CONNECT ON DATABASE`."),
            (_sql(self.port, "postgres", revoke),),
        )
        text = _("{seen}, but every role of this PostgreSQL may connect to it").format(seen=seen)
        return warning(text, cause=Cause("database-open-to-all", told), remedy=remedy)

    def _missing(self, cluster: ClusterState) -> Finding:
        locale = ("--locale=C.UTF-8",) if cluster.collate in ("C", "POSIX") else ()
        words = ("createdb", "-p", str(self.port), f"--owner={self.owner}", f"--encoding={self.encoding}")
        create = as_user("postgres", *words, "--template=template0", *locale, self.database)
        return failed(
            _("there is no database {database}").format(database=self.database),
            cause=Cause("database-missing", _("The database was not created, or was dropped.")),
            remedy=Remedy(_("Create it."), (create,), self.step),
        )


class PostgresLogin(Probe):
    """The application's user logs in to its database over TCP, with its password, may create tables, and may write."""

    user: str
    password: Secret
    database: str
    host: str = "localhost"
    port: int = 5432
    role_step: str = ""
    database_step: str = ""
    password_step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (self._login,)

    @property
    def _login(self) -> Login:
        return Login(self.user, self.password, self.database, self.host, self.port)

    def observe(self, host: Host) -> Finding:
        session = host.get(self._login)
        names: Names = {"user": self.user, "database": self.database, "host": self.host, "port": self.port}
        if session.error:
            cause, remedy = self._diagnose(host, session.error, names)
            makes = {
                "role-missing": self.role_step,
                "database-missing": self.database_step,
                "pg-hba-asks-ident": self.password_step,
            }
            if cause and remedy and cause.id in makes:
                remedy = replace(remedy, step=makes[cause.id])
            words = lines_of(session.error.strip())[-1].strip()
            text = _("no login to {database} as {user} at {host}, port {port}: {words}")
            return failed(text.format(words=words, **names), cause=cause, remedy=remedy)
        version = (session.version.split() or ["?"])[0]
        seen = _("logged in to {database} as {user} over TCP, PostgreSQL {version}, {encoding}").format(
            version=version, encoding=session.encoding, **names
        )
        if found := self._only_reads(host, session):
            return failed(_("{seen}, but only to read").format(seen=seen), cause=found[0], remedy=found[1])
        if not session.may_create_tables:
            told = _("The role may not create anything in the schema `public`.")
            grant = f"GRANT USAGE, CREATE ON SCHEMA public TO {identifier(self.user)}"
            grants = (_sql(self.port, self.database, grant),) if self.host in LOCAL else ()
            remedy = Remedy(_("Let {user} own {database}, or give it that right.").format(**names), grants)
            text = _("{seen}, but may not create tables").format(seen=seen)
            return failed(text, cause=Cause("schema-not-writable", told), remedy=remedy)
        return self._looks_elsewhere(host, seen) or passed(seen)

    def _diagnose(self, host: Host, error: str, names: Names) -> tuple[Cause | None, Remedy | None]:
        """Why a login was refused: from what the server says, and from what this machine's cluster shows."""
        from wizard.causes.listening import diagnose_refused
        from wizard.causes.postgresql import diagnose_refusal
        from wizard.causes.role import diagnose_password

        cause, remedy = diagnose_refusal(error, **names)
        if cause is None or self.host not in LOCAL:
            return cause, remedy
        better = None
        if cause.id == "database-password-wrong":
            if self._no_role(host):
                # The server gives the same answer for a wrong password and a missing role.
                return diagnose_refusal(f'role "{self.user}" does not exist', **names)
            better = diagnose_password(
                host,
                user=self.user,
                password=self.password,
                database=self.database,
                port=self.port,
                step=self.role_step,
            )
        elif cause.id == "postgresql-not-running":
            better = diagnose_refused(host, self.host, self.port)
        return better or (cause, remedy)

    def _looks_elsewhere(self, host: Host, seen: str) -> Finding | None:
        """A finding where the session of the application does not look into `public`, where its tables are."""
        if self.host not in LOCAL:
            return None
        cluster = host.read(Cluster(self.port))
        if not isinstance(cluster, ClusterState):
            return None
        own = cluster.session_setting("search_path", self.user, self.database)
        if own is None or "public" in {one.strip().strip('"') for one in own[0].split(",")}:
            return None
        inside = host.read(Inside(self.database, self.port, "", self.user, self.password, self.host))
        if not isinstance(inside, DatabaseState) or not inside.tables:
            return None
        path, origin = own
        text = _("{seen}, but looks for tables in {path} alone, not in public, where they are")
        told = _(
            "Every page that reads a table fails: the search path was set otherwise, by `{origin} SET search_path`."
        )
        remedy = Remedy(_("Take that setting away."), (_sql(self.port, "postgres", f"{origin} RESET search_path"),))
        cause = Cause("search-path-elsewhere", told.format(origin=origin))
        return failed(text.format(seen=seen, path=path or '""'), cause=cause, remedy=remedy)

    def _only_reads(self, host: Host, session: LoginResult) -> tuple[Cause, Remedy] | None:
        known = self._restraints(host) if self.host in LOCAL else ()
        if not session.standby and session.read_only != "on" and (session.read_only or Restraint() not in known):
            return None
        from wizard.causes.read_only import diagnose_read_only

        return diagnose_read_only(session, known, user=self.user, database=self.database, port=self.port)

    def _restraints(self, host: Host) -> tuple[Restraint, ...]:
        cluster = host.read(Cluster(self.port))
        return cluster.read_only if isinstance(cluster, ClusterState) else ()

    def _no_role(self, host: Host) -> bool:
        if self.host not in LOCAL:
            return False
        cluster = host.read(Cluster(self.port))
        return isinstance(cluster, ClusterState) and self.user not in cluster.roles


class TablesOwned(Probe):
    """Every table of a database belongs to its role: one of another role would break migrations and dumps."""

    database: str
    owner: str
    port: int = 5432
    password: Secret | None = None
    host: str = "localhost"
    after: tuple[str, ...] = ()

    @property
    def _inside(self) -> Inside:
        return Inside(self.database, self.port, "", self.owner, self.password, self.host)

    def reads(self) -> Iterable[Reading[Any]]:
        return (self._inside,)

    def observe(self, host: Host) -> Finding:
        inside = host.get(self._inside)
        if inside is None:
            text = _("{database} cannot be looked into: there is no such database, or nothing answers")
            cause = Cause("database-missing", _("The database was not created, or PostgreSQL does not run."))
            return failed(text.format(database=self.database), cause=cause)
        if not inside.tables:
            return passed(_("no table yet"))
        foreign = {name: owner for name, owner in sorted(inside.tables.items()) if owner != self.owner}
        if foreign:
            names = [f"{name} ({owner})" for name, owner in foreign.items()]
            text = _("{foreign} of {count} tables do not belong to {owner}: {names}")
            told = _("Somebody else made them: migrations cannot change them, nor a dump read them.")
            alter = [f"ALTER TABLE public.{identifier(name)} OWNER TO {identifier(self.owner)}" for name in foreign]
            # Never REASSIGN OWNED: it gives away the databases of that other role too.
            commands = tuple(_sql(self.port, self.database, sql) for sql in alter)
            return failed(
                text.format(foreign=len(foreign), count=len(inside.tables), owner=self.owner, names=listed(names)),
                cause=Cause("tables-other-owner", told),
                remedy=Remedy(
                    _("Give them to {owner}.").format(owner=self.owner),
                    commands if len(commands) <= COMMANDS_AT_MOST else (),
                ),
            )
        text = _n("{count} table, of {owner}", "{count} tables, all of {owner}", len(inside.tables))
        return passed(text.format(count=len(inside.tables), owner=self.owner))


def _silent(host: Host, port: int) -> Finding:
    """Diagnose why no cluster answers on the port, from the clusters listed and the unit."""
    from wizard.causes.clusters import diagnose_no_answer

    evidence = _("no PostgreSQL answers on port {port}").format(port=port)
    if found := diagnose_no_answer(host, port):
        return failed(evidence, cause=found[0], remedy=found[1])
    state = host.read(Unit(UNIT))
    if isinstance(state, UnitState) and state.load == "loaded" and state.active != "active":
        told = _("PostgreSQL is not started.")
        remedy = Remedy(_("Start it."), (f"systemctl start {UNIT}",), safe=True)
    else:
        told = _("PostgreSQL is not installed, does not run, or listens on another port.")
        remedy = Remedy(_("`pg_lsclusters` shows the clusters of this machine, with their ports."))
    return failed(evidence, cause=Cause("postgresql-not-running", told), remedy=remedy)


def _sql(port: int, database: str, statement: str) -> str:
    # The owner of a database may set what he likes for it, the search path too. What a session says counts more.
    safe = () if database == "postgres" else ("env", "PGOPTIONS=-c search_path=pg_catalog")
    return as_user("postgres", *safe, "psql", "-p", str(port), "-d", database, "-c", statement)
