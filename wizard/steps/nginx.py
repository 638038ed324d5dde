"""Steps about nginx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.host.files import Content, EntryAt
from wizard.host.packages import Conffile
from wizard.host.reading import Host
from wizard.host.sockets import held_by_another
from wizard.language import _
from wizard.steps.step import Blocked

if TYPE_CHECKING:
    from wizard.changes.change import Change


@dataclass(frozen=True, eq=False, repr=False)
class DefaultSiteDisabled:
    """The distribution's own welcome page no longer answers; a site that somebody made of it stays.

    `where_held` names the port that it listens on: it goes only where another program holds that port, for nginx
    does not start at all when it cannot have a port that one of its sites asks for.
    """

    path: str
    where_held: int = 0
    shared: bool = True

    @property
    def title(self) -> str:
        """In words."""
        if self.where_held:
            return _("no default site where another program holds port {port}").format(port=self.where_held)
        return _("no default site")

    def changes(self, host: Host) -> Iterator[Change]:
        """Its link goes, while the file is as its package brought it."""
        from wizard.changes.files import FileRemoved

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
        text = host.get(Content(self.path)) or b""
        return re.search(rb"^\s*listen\s+(?:\S*:)?%d\b" % self.where_held, text, re.MULTILINE) is not None
