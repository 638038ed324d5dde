"""Steps about PostgreSQL's cluster: that there is one, and that it takes passwords."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.distributions import distribution_of
from wizard.host.files import Content, EntryAt, Listing
from wizard.host.passwords import method_for
from wizard.host.postgresql import Cluster
from wizard.host.reading import Host
from wizard.host.records import Applied
from wizard.host.units import Unit
from wizard.steps.earlier import need_mounted
from wizard.steps.postgresql import HERE
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change

# What a server without a program of its own that tells who asks refuses everybody by.
IDENT = "ident"


class PostgresCluster(Step):
    """There is a cluster to start, on distributions whose packages make none (Red Hat's, Arch's). One that is there, or
    was and is elsewhere now, is let be."""

    shared: bool = True

    @property
    def key(self) -> str:
        return "postgres-cluster"

    @property
    def title(self) -> str:
        return _("PostgreSQL's cluster")

    def changes(self, host: Host) -> Iterator[Change]:
        """Make one where the unit does not run and its folder is empty."""
        from wizard.changes.clusters import ClusterMade

        here = distribution_of(host.facts)
        state = host.get(Unit(here.unit("postgresql")))
        if not here.named("cluster") or state.active == "active":
            return
        told = dict(state.variables)
        root = told.get("PGROOT", "")
        folder = told.get("PGDATA") or (f"{root}/data" if root else here.named("cluster"))
        if host.get(EntryAt(f"{folder}/PG_VERSION")) is not None:
            return
        need_mounted(host, folder)
        if host.get(Applied(ClusterMade.kind, folder, done=True)):
            why = _("PostgreSQL's cluster was made in {folder} before, and is not there any more").format(folder=folder)
            raise Blocked(why, _("bring it back, or make an empty one (`{words}`)").format(words="initdb"))
        if host.get(Listing(folder)):
            why = _("{folder} holds files, and no cluster of PostgreSQL").format(folder=folder)
            raise Blocked(why, _("see what they are; a cluster is made in an empty folder alone"))
        setup = bool(here.named("cluster-maker"))
        yield ClusterMade(folder, system_locale(host), setup, here.postgresql * 10000)


def system_locale(host: Host) -> str:
    """Return the locale of the machine's services where it is a UTF-8 one, C.UTF-8 otherwise."""
    text = host.read(Content(distribution_of(host.facts).named("locale-file")))
    lines = text.decode(errors="replace").split("\n") if isinstance(text, bytes) else []
    values = {name: value.strip().strip("\"'") for name, _sign, value in (one.partition("=") for one in lines)}
    own = next((values[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if values.get(name)), "")
    return own if own.lower().replace("-", "").endswith(".utf8") else "C.UTF-8"


class PasswordTaken(Step):
    """A role logs in to its database from here with its password, where the cluster was made to ask the system who
    comes (`ident`), as Red Hat's packages do. Whatever else pg_hba.conf says was somebody's wish."""

    user: str
    database: str
    host: str = "localhost"
    port: int = 5432
    shared: bool = False

    @property
    def key(self) -> str:
        return f"password-taken:{self.database}/{self.user}"

    @property
    def title(self) -> str:
        return _("PostgreSQL takes the password of {user}").format(user=self.user)

    def changes(self, host: Host) -> Iterator[Change]:
        """Add lines for this role alone; again where a run was cut off before the server had read them."""
        from wizard.changes.clusters import HbaLinesAdded

        if self.host not in HERE:
            return
        state = host.get(Cluster(self.port))
        place = state.server.get("hba_file") if state else None
        if state is None or place is None:
            return
        begun, done = (host.read(Applied(HbaLinesAdded.kind, self.user, done)) is True for done in (False, True))
        if method_for(state.hba, self.user, self.database) == IDENT or (begun and not done):
            yield HbaLinesAdded(self.user, self.database, place.value, self.port)
