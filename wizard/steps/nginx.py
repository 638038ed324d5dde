"""Steps about nginx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.keys import site_key
from wizard.base.language import _
from wizard.host.files import Entry, EntryAt, Listing
from wizard.host.packages import Conffile
from wizard.host.reading import Host, Unknown
from wizard.host.sockets import held_by_another
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change

AVAILABLE, ENABLED = "/etc/nginx/sites-available", "/etc/nginx/sites-enabled"


class SiteEnabled(Step):
    """A site is enabled: a link in sites-enabled, of any name, leads to it. One outside sites-available, such as in
    conf.d, needs no link."""

    path: str
    shared: bool = False

    @property
    def link(self) -> str:
        """The link to create."""
        available, _slash, name = self.path.rpartition("/")
        return f"{ENABLED}/{name}" if available == AVAILABLE else self.path

    @property
    def key(self) -> str:
        return site_key(self.path)

    @property
    def title(self) -> str:
        return _("the link {path}").format(path=self.link)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.files import LinkMade

        if self.link == self.path:
            return
        own = host.get_planned(EntryAt(self.link))
        if self._leads(own):
            return
        names = host.read(Listing(ENABLED))
        others = () if isinstance(names, Unknown) else names or ()
        for name in others:
            other = host.read(EntryAt(f"{ENABLED}/{name}"))
            if self._leads(other):
                return
        yield LinkMade(self.link, self.path, "root")

    def _leads(self, entry: Entry | Unknown | None) -> bool:
        targets = (self.path, self.path.replace("/etc/nginx/", "../", 1))
        return isinstance(entry, Entry) and entry.kind == "link" and entry.target in targets


class DefaultSiteDisabled(Step):
    """The distribution's default site is disabled, unless it was modified.

    `where_held` names the port that it listens on: it goes only where another program holds that port, for nginx
    does not start at all when it cannot have a port that one of its sites asks for.
    """

    path: str
    where_held: int = 0
    shared: bool = True

    @property
    def key(self) -> str:
        if self.where_held:
            return f"default-site:{self.path}:{self.where_held}"
        return f"default-site:{self.path}"

    @property
    def title(self) -> str:
        if self.where_held:
            return _("no default site where another program holds port {port}").format(port=self.where_held)
        return _("no default site")

    def changes(self, host: Host) -> Iterator[Change]:
        """Remove the link if the package's file is unmodified; nothing where the default is no site of its own."""
        from wizard.changes.files import FileRemoved

        if not self.path.startswith(f"{ENABLED}/"):
            return
        holder = held_by_another(host, self.where_held, ("nginx",)) if self.where_held else None
        if self.where_held and holder is None:
            return
        entry = host.get(EntryAt(self.path))
        if entry is None:
            return
        own = entry.kind == "link" and entry.target.endswith("sites-available/default")
        if own and host.get(Conffile("nginx-common", "/etc/nginx/sites-available/default")):
            yield FileRemoved(self.path)
        elif holder and self._asks(host):
            why = _(
                "port {port} is held by {program} (process {pid}), and {path}, which is not as nginx's package brought"
                " it, asks for that port: nginx cannot start"
            )
            why = why.format(port=self.where_held, program=holder.program, pid=holder.pid, path=self.path)
            raise Blocked(why, _("stop that program, or have that site listen on another port, or remove its link"))

    def _asks(self, host: Host) -> bool:
        # Loaded here: only a port that is held asks.
        from wizard.host.nginx import servers_at

        servers = servers_at(host, self.path)
        return any(listen.port == self.where_held for server in servers for listen in server.listens)
