"""Effects of installing packages that later steps read, on Debian and Ubuntu."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.base.lines import lines_of
from wizard.changes import brings_dnf, brings_pacman
from wizard.changes.package_effects import Brings, root_folder, running_unit
from wizard.host.distributions import distribution_of
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import Conffile
from wizard.host.postgresql import Cluster, ClusterState
from wizard.host.reading import Host, Unknown
from wizard.host.sockets import Listeners
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User


def system_locale(host: Host) -> str:
    """Return the locale of services, from `/etc/default/locale`; "C" if unset."""
    text = host.read(Content("/etc/default/locale"))
    lines = lines_of(text.decode(errors="replace")) if isinstance(text, bytes) else []
    named = [line.partition("=")[2].strip().strip('"') for line in lines if line.startswith(("LC_ALL=", "LANG="))]
    return named[-1] if named else "C"


def _nginx(host: Host) -> Iterable[Effect]:
    available = "/etc/nginx/sites-available"
    for path in ("/etc/nginx", available, "/etc/nginx/sites-enabled", "/etc/nginx/conf.d", "/var/log/nginx"):
        yield root_folder(path)
    yield Sets(EntryAt(f"{available}/default"), Entry())
    yield Sets(Conffile("nginx-common", f"{available}/default"), True)
    yield Sets(EntryAt("/etc/nginx/sites-enabled/default"), Entry(kind="link", target=f"{available}/default"))
    yield Sets(Listing("/etc/nginx/sites-enabled"), ("default",))
    listeners = host.read(Listeners())
    if not isinstance(listeners, Unknown) and any(one.port == 80 for one in listeners):
        # Its package says "Not attempting to start", and is installed all the same.
        yield Sets(Unit("nginx.service"), UnitState("loaded", "inactive", "dead", "enabled"))
    else:
        yield Sets(Unit("nginx.service"), running_unit(host, "www-data"))


def _postgresql(host: Host) -> Iterable[Effect]:
    yield Sets(
        Account("postgres"),
        User(101, "/var/lib/postgresql", "/bin/bash", "PostgreSQL administrator", ("postgres",)),
    )
    yield Sets(Unit("postgresql.service"), running_unit(host, "postgres"))
    version = distribution_of(host.facts).postgresql * 10000
    yield Sets(Cluster(), ClusterState(version, collate=system_locale(host)))


def _cron(host: Host) -> Iterable[Effect]:
    yield root_folder("/etc/cron.d")
    yield Sets(Unit("cron.service"), running_unit(host, "root"))


BRINGS: Brings = {
    "nginx": _nginx,
    "postgresql": _postgresql,
    "cron": _cron,
}


def brought_by(package: str, host: Host, manager: str = "apt") -> Iterable[Effect]:
    """Return the effects of installing a package with that package manager, beside its being installed."""
    known = {"dnf": brings_dnf.BRINGS, "pacman": brings_pacman.BRINGS}.get(manager, BRINGS)
    return known[package](host) if package in known else ()
