"""Steps about nginx."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.host.files import EntryAt
from wizard.host.packages import Conffile
from wizard.host.reading import Host
from wizard.language import _

if TYPE_CHECKING:
    from wizard.changes.change import Change


@dataclass(frozen=True, eq=False, repr=False)
class DefaultSiteDisabled:
    """The distribution's own welcome page no longer answers; a site that somebody made of it stays."""

    path: str
    shared: bool = True

    @property
    def title(self) -> str:
        """In words."""
        return _("no default site")

    def changes(self, host: Host) -> Iterator[Change]:
        """Its link goes, while the file is as its package brought it."""
        from wizard.changes.files import FileRemoved

        entry = host.get(EntryAt(self.path))
        if entry is None or entry.kind != "link" or not entry.target.endswith("sites-available/default"):
            return
        if host.get(Conffile("nginx-common", "/etc/nginx/sites-available/default")):
            yield FileRemoved(self.path)
