"""Changes of who may connect to a database of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.sql import identifier, literal
from wizard.base.values import replace
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.sql import cluster, psql
from wizard.host.overlay import Effect, Sets
from wizard.host.postgresql import Cluster
from wizard.host.reading import Host


class ConnectRevoked(Change):
    """Let no role connect to a database but its owner, and those that were given that right."""

    kind: ClassVar[str] = "ConnectRevoked"
    mark: ClassVar[str] = "~"
    name: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("postgresql",)

    @property
    def title(self) -> str:
        return _("close the database {name} to other roles").format(name=self.name)

    @property
    def _sql(self) -> str:
        return f"REVOKE CONNECT, TEMPORARY ON DATABASE {identifier(self.name)} FROM PUBLIC"

    def carry_out(self, hands: Hands) -> None:
        """Run `REVOKE`."""
        psql(hands, self.port, f"{self._sql};")

    def effect(self, host: Host) -> Iterable[Effect]:
        return _opened(host, self.port, self.name, public=False)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"psql --port {self.port} -c {shell_word(self._sql)}", "postgres"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Open it as it was."""
        return (ConnectGranted(self.name, self.port),)


class ConnectGranted(Change):
    """Let every role connect to a database, as PostgreSQL does with a new one."""

    kind: ClassVar[str] = "ConnectGranted"
    mark: ClassVar[str] = "~"
    name: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("postgresql",)

    @property
    def title(self) -> str:
        return _("let every role connect to the database {name}").format(name=self.name)

    @property
    def _sql(self) -> str:
        return f"GRANT CONNECT, TEMPORARY ON DATABASE {identifier(self.name)} TO PUBLIC"

    def carry_out(self, hands: Hands) -> None:
        """Run `GRANT`; a database that is gone is no error."""
        asked = f"SELECT pg_catalog.count(*) FROM pg_catalog.pg_database WHERE datname = {literal(self.name)};"
        if psql(hands, self.port, asked).strip() != "0":
            psql(hands, self.port, f"{self._sql};")

    def effect(self, host: Host) -> Iterable[Effect]:
        return _opened(host, self.port, self.name, public=True)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"psql --port {self.port} -c {shell_word(self._sql)}", "postgres"),)


def _opened(host: Host, port: int, name: str, *, public: bool) -> Iterable[Effect]:
    state = cluster(host, port)
    if name not in state.databases:
        return ()
    database = replace(state.databases[name], public=public)
    return (Sets(Cluster(port), replace(state, databases={**state.databases, name: database})),)
