"""Effects of installing packages on Red Hat's family, where installation starts no service."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.changes.package_effects import Brings, resting_unit, root_folder, system_account
from wizard.host.distributions import distribution_of
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import Conffile
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit
from wizard.host.users import Account, Group, User


def _nginx(host: Host) -> Iterable[Effect]:
    for path in ("/etc/nginx", "/etc/nginx/conf.d", "/etc/nginx/default.d", "/var/log/nginx"):
        yield root_folder(path)
    yield Sets(Listing("/etc/nginx/conf.d"), ())
    yield Sets(EntryAt("/etc/nginx/nginx.conf"), Entry())
    # Its server is a `default_server` on some releases and on others not.
    yield Sets(Content("/etc/nginx/nginx.conf"), Unknown(_("known once nginx is installed")))
    yield Sets(Conffile("nginx", "/etc/nginx/nginx.conf"), True)
    yield from system_account("nginx", "/var/lib/nginx")
    yield Sets(Unit("nginx.service"), resting_unit("nginx"))


def _cronie(host: Host) -> Iterable[Effect]:
    yield root_folder("/etc/cron.d")
    yield Sets(Unit("crond.service"), resting_unit("root", "enabled"))


def postgresql(host: Host) -> Iterable[Effect]:
    """Its cluster is made by whoever installs it."""
    here = distribution_of(host.facts)
    folder = here.named("cluster")
    yield Sets(Account("postgres"), User(26, str(PurePosixPath(folder).parent), "/bin/bash", "", ("postgres",)))
    yield Sets(Group("postgres"), ())
    yield Sets(EntryAt(folder), Entry("directory", "postgres", "postgres", 0o700))
    yield Sets(Listing(folder), ())
    yield Sets(Unit(here.unit("postgresql")), resting_unit("postgres"))


BRINGS: Brings = {
    "nginx": _nginx,
    "postgresql-server": postgresql,
    "cronie": _cronie,
}
