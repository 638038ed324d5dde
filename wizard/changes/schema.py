"""Changes of who may make things in the schema `public` of a database, which before PostgreSQL 15 every role may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.sql import identifier, literal
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.sql import psql
from wizard.host.overlay import Effect, Sets
from wizard.host.postgresql import SAFE_PATH
from wizard.host.reading import Host
from wizard.host.records import Applied


class SchemaClosed(Change):
    """Let no role but the database's owner make anything in its schema `public`.

    The schema is PostgreSQL's own there, so that its administrator alone can say so, in that database; the one
    statement reads nothing that is in it, and nothing of an owner's acts upon it.
    """

    kind: ClassVar[str] = "SchemaClosed"
    mark: ClassVar[str] = "~"
    name: str
    owner: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("databases", "logins", "journal")

    @property
    def title(self) -> str:
        return _("let {owner} alone make things in the schema public of {name}").format(
            owner=self.owner, name=self.name
        )

    @property
    def _sql(self) -> str:
        given = f"GRANT USAGE, CREATE ON SCHEMA public TO {identifier(self.owner)}"
        return f"{given}; REVOKE CREATE ON SCHEMA public FROM PUBLIC"

    def carry_out(self, hands: Hands) -> None:
        """Run `GRANT` and `REVOKE`, in one transaction."""
        _within(hands, self.port, self.name, f"BEGIN; {self._sql}; COMMIT;")

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Applied(self.kind, self.name), True)

    def typed(self) -> Sequence[Typed]:
        return (_typed(self.port, self.name, self._sql),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Open it as it was; the owner keeps its right."""
        return (SchemaOpened(self.name, self.port),)


class SchemaOpened(Change):
    """Let every role make things in the schema `public` of a database, as PostgreSQL before 15 does with a new one."""

    kind: ClassVar[str] = "SchemaOpened"
    mark: ClassVar[str] = "~"
    name: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("databases", "logins", "journal")

    @property
    def title(self) -> str:
        return _("let every role make things in the schema public of {name}").format(name=self.name)

    @property
    def _sql(self) -> str:
        return "GRANT CREATE ON SCHEMA public TO PUBLIC"

    def carry_out(self, hands: Hands) -> None:
        """Run `GRANT`; a database that is gone is no error."""
        asked = f"SELECT pg_catalog.count(*) FROM pg_catalog.pg_database WHERE datname = {literal(self.name)};"
        if psql(hands, self.port, asked).strip() != "0":
            _within(hands, self.port, self.name, f"{self._sql};")

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Applied(SchemaClosed.kind, self.name), False)

    def typed(self) -> Sequence[Typed]:
        return (_typed(self.port, self.name, self._sql),)


def _within(hands: Hands, port: int, database: str, sql: str) -> None:
    words = ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", str(port), "-d", database, "-f", "-")
    hands.run(words, user="postgres", stdin=sql, env=SAFE_PATH)


def _typed(port: int, database: str, sql: str) -> Typed:
    # Words that the database or its owner set for every session apply to the administrator's too.
    path = f"PGOPTIONS={shell_word(SAFE_PATH['PGOPTIONS'])}"
    return Typed(f"{path} psql -X --port {port} -d {shell_word(database)} -c {shell_word(sql)}", "postgres")
