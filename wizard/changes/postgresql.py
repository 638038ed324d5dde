"""Changes of PostgreSQL roles and databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.scram import verifier
from wizard.base.secret import Secret
from wizard.base.sql import identifier, literal
from wizard.base.values import replace
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.passing_role import dump
from wizard.changes.sql import cluster, psql
from wizard.host.overlay import Effect, Sets
from wizard.host.postgresql import Cluster, Database, DatabaseState, Inside, Role
from wizard.host.reading import Host


class RoleCreated(Change):
    """Create a role that can log in; the server receives the password's verifier, never the password."""

    kind: ClassVar[str] = "RoleCreated"
    name: str
    password: Secret
    createdb: bool = False
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("postgresql", "logins")

    @property
    def title(self) -> str:
        return _("create the PostgreSQL role {name}").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """Create the role with its password in one statement."""
        may = "CREATEDB" if self.createdb else "NOCREATEDB"
        secret = literal(verifier(self.password.reveal()))
        psql(hands, self.port, f"CREATE ROLE {identifier(self.name)} LOGIN {may} PASSWORD {secret};")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        yield Sets(Cluster(self.port), replace(state, roles={**state.roles, self.name: Role(createdb=self.createdb)}))

    def typed(self) -> Sequence[Typed]:
        """`createuser` asks for the password on a terminal; without one it reads it twice from its input."""
        may = " --createdb" if self.createdb else ""
        words = f"createuser --port {self.port}{may} --pwprompt {shell_word(self.name)}"
        twice = f'printf \'%s\\n%s\\n\' "${self.password.variable}" "${self.password.variable}"'
        return (Typed(f"{twice} | setsid --wait {words}", "postgres", secrets=(self.password,)),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Drop the role, when data is removed too."""
        return (RoleDropped(self.name, self.port),)


class RoleMayCreate(Change):
    """Grant CREATEDB to a role."""

    kind: ClassVar[str] = "RoleMayCreate"
    name: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("postgresql",)

    @property
    def title(self) -> str:
        return _("let the role {name} create databases").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """Run `ALTER ROLE ... CREATEDB`."""
        psql(hands, self.port, f"ALTER ROLE {identifier(self.name)} CREATEDB;")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        role = replace(state.roles.get(self.name, Role()), createdb=True)
        yield Sets(Cluster(self.port), replace(state, roles={**state.roles, self.name: role}))

    def typed(self) -> Sequence[Typed]:
        sql = f"ALTER ROLE {identifier(self.name)} CREATEDB"
        return (Typed(f"psql --port {self.port} -c {shell_word(sql)}", "postgres"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Nothing: the right is harmless, and is dropped with the role."""
        return ()


class PasswordKeptAnew(Change):
    """Give a role the password that it has, so that the server keeps it as it asks for it now (SCRAM)."""

    kind: ClassVar[str] = "PasswordKeptAnew"
    mark: ClassVar[str] = "~"
    name: str
    password: Secret
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("postgresql", "logins", "databases")

    @property
    def title(self) -> str:
        return _("keep the password of the role {name} as SCRAM asks for it").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """`ALTER ROLE ... PASSWORD`, with the verifier."""
        secret = literal(verifier(self.password.reveal()))
        psql(hands, self.port, f"ALTER ROLE {identifier(self.name)} PASSWORD {secret};")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        role = replace(state.roles.get(self.name, Role()), verifier=None)
        yield Sets(Cluster(self.port), replace(state, roles={**state.roles, self.name: role}))

    def typed(self) -> Sequence[Typed]:
        """`\\password` asks for it twice, and sends the server its verifier alone."""
        asks = "\\password " + identifier(self.name)
        words = f"psql --port {self.port} -c {shell_word(asks)}"
        twice = f'printf \'%s\\n%s\\n\' "${self.password.variable}" "${self.password.variable}"'
        return (Typed(f"{twice} | setsid --wait {words}", "postgres", secrets=(self.password,)),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Nothing: the password stays the same."""
        return ()


class RoleDropped(Change):
    """Drop a role that owns nothing."""

    kind: ClassVar[str] = "RoleDropped"
    mark: ClassVar[str] = "-"
    name: str
    port: int = 5432
    data: ClassVar[bool] = True
    stale: ClassVar[tuple[str, ...]] = ("postgresql",)

    @property
    def title(self) -> str:
        return _("drop the PostgreSQL role {name}").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """Run `DROP ROLE IF EXISTS`."""
        psql(hands, self.port, f"DROP ROLE IF EXISTS {identifier(self.name)};")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        left = {name: role for name, role in state.roles.items() if name != self.name}
        yield Sets(Cluster(self.port), replace(state, roles=left))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"dropuser --port {self.port} --if-exists {shell_word(self.name)}", "postgres"),)


class DatabaseCreated(Change):
    """Create a database owned by a role; since PostgreSQL 15 nobody else may create tables in it.
    `user_table` is the table of accounts that a guide asks about."""

    kind: ClassVar[str] = "DatabaseCreated"
    name: str
    owner: str
    encoding: str
    locale: str
    port: int = 5432
    user_table: str = ""
    stale: ClassVar[tuple[str, ...]] = ("postgresql", "databases", "logins")

    @property
    def title(self) -> str:
        return _("create the database {name}, owned by {owner}").format(name=self.name, owner=self.owner)

    @property
    def words(self) -> tuple[str, ...]:
        """The command line."""
        return (
            "createdb",
            "--port",
            str(self.port),
            "--owner",
            self.owner,
            "--template",
            "template0",
            "--encoding",
            self.encoding,
            "--locale",
            self.locale,
            self.name,
        )

    def carry_out(self, hands: Hands) -> None:
        """`createdb`, from `template0`, the only template that takes another encoding."""
        hands.run(self.words, user="postgres")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        database = Database(self.owner, self.encoding, self.locale, public=True)
        yield Sets(Cluster(self.port), replace(state, databases={**state.databases, self.name: database}))
        for table in dict.fromkeys(("", self.user_table)):
            yield Sets(Inside(self.name, self.port, table), DatabaseState())

    def typed(self) -> Sequence[Typed]:
        return (Typed(" ".join(map(shell_word, self.words)), "postgres"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Drop the database after a dump, when data is removed too."""
        return (DatabaseDropped(self.name, self.port, self.owner),)


class DatabaseDropped(Change):
    """Dump a database, then drop it."""

    kind: ClassVar[str] = "DatabaseDropped"
    mark: ClassVar[str] = "-"
    name: str
    port: int = 5432
    owner: str = ""
    data: ClassVar[bool] = True
    stale: ClassVar[tuple[str, ...]] = ("postgresql", "databases")

    @property
    def title(self) -> str:
        return _("dump and drop the database {name}").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """Dump the database, then drop it; one that is gone is no error."""
        asked = f"SELECT pg_catalog.count(*) FROM pg_catalog.pg_database WHERE datname = {literal(self.name)};"
        if psql(hands, self.port, asked).strip() == "0":
            return
        dump(hands, self.name, self.port)
        hands.run(("dropdb", "--port", str(self.port), "--force", "--if-exists", self.name), user="postgres")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        left = {name: database for name, database in state.databases.items() if name != self.name}
        yield Sets(Cluster(self.port), replace(state, databases=left))

    def typed(self) -> Sequence[Typed]:
        """As root, for the file; `pg_dump` asks for the owner's password."""
        drop = f"dropdb --port {self.port} --force {shell_word(self.name)}"
        return (Typed(_dumped(self.name, self.port, self.owner)), Typed(drop, "postgres"))


class DatabaseDumped(Change):
    """Dump a database that contains data, before it is changed. With the `password` of its role `user`, what is typed
    asks for none."""

    kind: ClassVar[str] = "DatabaseDumped"
    name: str
    port: int = 5432
    user: str = ""
    password: Secret | None = None
    stale: ClassVar[tuple[str, ...]] = ()

    @property
    def title(self) -> str:
        return _("dump the database {name} first, for it holds data").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """Dump into the state's `replaced/`."""
        dump(hands, self.name, self.port)

    def effect(self, host: Host) -> Iterable[Effect]:
        return ()

    def typed(self) -> Sequence[Typed]:
        name = shell_word(self.name)
        if self.name.startswith("/"):
            return (Typed(f"cp -p {name} {shell_word(f'{self.name}.before')}"),)
        words = _dumped(self.name, self.port, self.user)
        if self.password is None:
            return (Typed(words),)
        return (Typed(f'PGPASSWORD="${self.password.variable}" {words}', secrets=(self.password,)),)


def _dumped(name: str, port: int, user: str) -> str:
    """The command that dumps a database as its own role: as a superuser, what is in it might act in his name."""
    login = f"--host localhost --port {port}" + (f" --username {shell_word(user)}" if user else "")
    return f"pg_dump {login} --format custom --file {shell_word(f'/root/{name}.dump')} {shell_word(name)}"
