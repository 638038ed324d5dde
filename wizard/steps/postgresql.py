"""Steps about PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.host.earlier import of_database
from wizard.host.locales import Locales
from wizard.host.passwords import is_password_of, kept_as_md5
from wizard.host.postgresql import Cluster, ClusterState
from wizard.host.reading import Host
from wizard.host.records import Applied
from wizard.steps.earlier import need_nothing_earlier
from wizard.steps.step import Blocked, Step, need_secret

if TYPE_CHECKING:
    from wizard.changes.change import Change

HERE = ("localhost", "127.0.0.1", "::1", "")
# The release from which on not every role may make things in the schema `public`.
PUBLIC_SCHEMA_CLOSED = 15


def cluster(host: Host, port: int) -> ClusterState:
    """Return the cluster of this machine; raises `Blocked` if none answers."""
    found = host.get(Cluster(port))
    if found is None:
        why = _("no PostgreSQL answers on port {port} of this machine").format(port=port)
        raise Blocked(why, _("start it (systemctl start postgresql), or correct the answer `db_port`"))
    return found


def subject_of(database: str) -> str:
    """What a person agrees to where a database, its role and its tables are made anew."""
    return f"database:{database}"


def _database(name: str) -> str:
    return _("the database {name}").format(name=name)


class PostgresRole(Step):
    """A role that can log in. Its password is set on creation only, because the user may change it; the same one is set
    again where the server keeps it in a way that it does not take any more. `database` is the one that it logs in to,
    `backups` the folder of its backups.
    """

    name: str
    password: Secret
    createdb: bool = False
    host: str = "localhost"
    port: int = 5432
    shared: bool = False
    database: str = ""
    backups: str = ""

    @property
    def key(self) -> str:
        return f"role:{self.name}"

    @property
    def title(self) -> str:
        return _("the PostgreSQL role {name}").format(name=self.name)

    def changes(self, host: Host) -> Iterator[Change]:
        """Create the role, or grant it CREATEDB; nothing for a server on another machine."""
        from wizard.changes.postgresql import PasswordKeptAnew, RoleCreated, RoleMayCreate

        if self.host not in HERE:
            return
        state = cluster(host, self.port)
        role = state.roles.get(self.name)
        if role is None:
            if self.database and self.database not in state.databases:
                traces = of_database(host, self.database, self.name, self.port, self.backups)
                need_nothing_earlier(host, subject_of(self.database), _database(self.database), traces)
            need_secret(self.password)
            yield RoleCreated(self.name, self.password, self.createdb, self.port)
            return
        if kept_as_md5(state, self.name, self.database) and is_password_of(role, self.name, self.password):
            yield PasswordKeptAnew(self.name, self.password, self.port)
        if self.createdb and not (role.createdb or role.superuser):
            yield RoleMayCreate(self.name, self.port)


class PostgresDatabase(Step):
    """A database owned by the instance's role, in UTF-8; to one that is made here, no other role may connect, nor make
    anything in its schema `public`.
    `user_table` is the application's table of accounts, which other steps ask about: it does not exist yet in a new
    database. `backups` is the folder of its backups: none is made anew, empty, where one was, unless a person agrees.
    """

    name: str
    owner: str
    encoding: str = "UTF8"
    host: str = "localhost"
    port: int = 5432
    user_table: str = ""
    shared: bool = False
    backups: str = ""

    @property
    def key(self) -> str:
        return f"database:{self.name}"

    @property
    def title(self) -> str:
        return _("the database {name}").format(name=self.name)

    def changes(self, host: Host) -> Iterator[Change]:
        """Create the database. Raises `Blocked` if it exists with another owner."""
        from wizard.changes.connecting import ConnectRevoked
        from wizard.changes.postgresql import DatabaseCreated
        from wizard.changes.schema import SchemaClosed

        if self.host not in HERE:
            return
        state = cluster(host, self.port)
        database = state.databases.get(self.name)
        open_schema = 0 < state.major < PUBLIC_SCHEMA_CLOSED
        if database is None:
            traces = of_database(host, self.name, self.owner, self.port, self.backups)
            need_nothing_earlier(host, subject_of(self.name), _database(self.name), traces)
            locale = utf8_locale(state.collate, host.get(Locales()))
            yield DatabaseCreated(self.name, self.owner, self.encoding, locale, self.port, self.user_table)
            if open_schema:
                yield SchemaClosed(self.name, self.owner, self.port)
            yield ConnectRevoked(self.name, self.port)
        elif database.owner != self.owner:
            why = _("the database {name} is there already and belongs to {owner}, not to {wanted}")
            remedy = _("choose another name (the answer `db_name`), or give it away: ALTER DATABASE ... OWNER TO ...")
            raise Blocked(why.format(name=self.name, owner=database.owner, wanted=self.owner), remedy)
        elif database.public and self._left_open(host):
            if open_schema:
                yield SchemaClosed(self.name, self.owner, self.port)
            yield ConnectRevoked(self.name, self.port)

    def _left_open(self, host: Host) -> bool:
        """Whether this instance made the database, and was cut off before it had closed it to others. One that somebody
        else made, or opened again, stays as it is: others may rely on it."""
        made = host.read(Applied("DatabaseCreated", self.name))
        closed = host.read(Applied("ConnectRevoked", self.name, done=True))
        return made is True and closed is False


def utf8_locale(collate: str, known: frozenset[str]) -> str:
    """Return the locale for a new database: the cluster's if it is UTF-8, else French if installed, else C.UTF-8.

    Plain C is never chosen: with it, case-insensitive search misses accented letters.
    """
    plain = collate.lower().replace("-", "")
    if plain.endswith(".utf8") and plain != "c.utf8":
        return collate
    return "fr_FR.UTF-8" if "fr_fr.utf8" in known else "C.UTF-8"
