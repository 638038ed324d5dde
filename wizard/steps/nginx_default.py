"""The step that takes away what nginx's packages on Red Hat's family, and nginx's own, answer by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.rendering import hash_of
from wizard.host.distributions import distribution_of
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.packages import Conffile
from wizard.host.reading import Host, Unknown
from wizard.steps.nginx import DefaultSiteDisabled
from wizard.steps.step import Step

if TYPE_CHECKING:
    from wizard.changes.change import Change

PACKAGE = "nginx"


def no_default_server(facts: Facts, where_held: int = 0) -> DefaultSiteDisabled | DefaultServerDisabled:
    """The step that takes away what nginx's package of this distribution answers by default; `where_held` is that of
    `DefaultSiteDisabled`."""
    path = distribution_of(facts).named("nginx-default")
    if path.endswith(".conf") and not where_held:
        return DefaultServerDisabled(path)
    return DefaultSiteDisabled(path, where_held)


class DefaultServerDisabled(Step):
    """nginx's main file contains no `default_server`, and the package's `default.conf` is disabled, unless modified.
    Nothing to do on hosts where the default is a site of its own."""

    path: str = "/etc/nginx/nginx.conf"
    file: str = "/etc/nginx/conf.d/default.conf"
    shared: bool = True

    @property
    def key(self) -> str:
        return f"default-server:{self.path}"

    @property
    def title(self) -> str:
        return _("no default server")

    def changes(self, host: Host) -> Iterator[Change]:
        """Remove `default_server`; disable `default.conf` if it is unmodified."""
        from wizard.changes.nginx import DefaultServerUnset, FileMoved, without_default

        data, entry = host.get_planned(Content(self.path)), host.get_planned(EntryAt(self.path))
        if isinstance(data, Unknown):
            if host.get_planned(Conffile(PACKAGE, self.path)) is True:
                yield DefaultServerUnset(self.path)
        elif data and isinstance(entry, Entry) and (wanted := without_default(data)) != data:
            yield DefaultServerUnset(self.path, hash_of(wanted), entry.mode, entry.owner, entry.group)
        if host.get(EntryAt(self.file)) and host.get(Conffile(PACKAGE, self.file)):
            yield FileMoved(self.file, self._aside(host))

    def _aside(self, host: Host) -> str:
        """Return an unused file name that nginx does not load."""
        name, number = f"{self.file.removesuffix('.conf')}.disabled", 1
        while host.get(EntryAt(name if number == 1 else f"{name}.{number}")):
            number += 1
        return name if number == 1 else f"{name}.{number}"


class SitesLoaded(Step):
    """nginx loads the sites of the folder in which this distribution has them. Where its own package has no such folder
    (Arch's), it is made, and named in nginx's main file."""

    path: str = "/etc/nginx/nginx.conf"
    shared: bool = True

    @property
    def key(self) -> str:
        return f"sites-loaded:{self.path}"

    @property
    def title(self) -> str:
        return _("nginx loads its sites")

    def changes(self, host: Host) -> Iterator[Change]:
        """Make the folder, and have it loaded; nothing where nginx's package does both."""
        from wizard.changes.files import DirectoryMade
        from wizard.changes.nginx import SitesIncluded, with_sites

        here = distribution_of(host.facts)
        if here.named("nginx-loads-sites"):
            return
        if host.get(EntryAt(here.named("sites"))) is None:
            yield DirectoryMade(here.named("sites"))
        data, entry = host.get_planned(Content(self.path)), host.get_planned(EntryAt(self.path))
        if isinstance(data, Unknown):
            if host.get_planned(Conffile(PACKAGE, self.path)) is True:
                yield SitesIncluded(self.path)
        elif data and isinstance(entry, Entry) and (wanted := with_sites(data)) != data:
            yield SitesIncluded(self.path, hash_of(wanted), entry.mode, entry.owner, entry.group)
