"""What installing a package is known to bring, as far as later steps read it; here, on Debian and Ubuntu."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wizard.changes import brings_dnf
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import Conffile
from wizard.host.postgresql import Cluster, ClusterState
from wizard.host.processes import Process
from wizard.host.reading import Host, Unknown
from wizard.host.sockets import Listeners
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User


def running(host: Host, user: str, *groups: str) -> UnitState:
    """A unit that is enabled and was started just now, its workers those of that user."""
    process = Process(pid=0, user=user, groups=groups or (user,), command=())
    return UnitState("loaded", "active", "running", "enabled", started=host.clock + 0.5, processes=(process,))


def folder(path: str) -> Sets:
    """A folder of root's that everybody may read."""
    return Sets(EntryAt(path), Entry(kind="directory", mode=0o755))


def system_locale(host: Host) -> str:
    """The locale that services get, as `/etc/default/locale` says it (not the shell that installs them)."""
    text = host.read(Content("/etc/default/locale"))
    lines = text.decode(errors="replace").splitlines() if isinstance(text, bytes) else []
    named = [line.partition("=")[2].strip().strip('"') for line in lines if line.startswith(("LC_ALL=", "LANG="))]
    return named[-1] if named else "C"


def _nginx(host: Host) -> Iterable[Effect]:
    available = "/etc/nginx/sites-available"
    for path in ("/etc/nginx", available, "/etc/nginx/sites-enabled", "/etc/nginx/conf.d", "/var/log/nginx"):
        yield folder(path)
    yield Sets(EntryAt(f"{available}/default"), Entry())
    yield Sets(Conffile("nginx-common", f"{available}/default"), True)
    yield Sets(EntryAt("/etc/nginx/sites-enabled/default"), Entry(kind="link", target=f"{available}/default"))
    yield Sets(Listing("/etc/nginx/sites-enabled"), ("default",))
    listeners = host.read(Listeners())
    if not isinstance(listeners, Unknown) and any(one.port == 80 for one in listeners):
        # Its package says "Not attempting to start", and is installed all the same.
        yield Sets(Unit("nginx.service"), UnitState("loaded", "inactive", "dead", "enabled"))
    else:
        yield Sets(Unit("nginx.service"), running(host, "www-data"))


def _postgresql(host: Host) -> Iterable[Effect]:
    yield Sets(
        Account("postgres"),
        User(101, "/var/lib/postgresql", "/bin/bash", "PostgreSQL administrator", ("postgres",)),
    )
    yield Sets(Unit("postgresql.service"), running(host, "postgres"))
    yield Sets(Cluster(), ClusterState(collate=system_locale(host)))


def _cron(host: Host) -> Iterable[Effect]:
    yield folder("/etc/cron.d")
    yield Sets(Unit("cron.service"), running(host, "root"))


def _redis(host: Host) -> Iterable[Effect]:
    yield folder("/etc/redis")
    yield Sets(Account("redis"), User(102, "/var/lib/redis", "/usr/sbin/nologin", "", ("redis",)))
    yield Sets(Unit("redis-server.service"), running(host, "redis"))


BRINGS: Mapping[str, Callable[[Host], Iterable[Effect]]] = {
    "nginx": _nginx,
    "postgresql": _postgresql,
    "cron": _cron,
    "redis": _redis,
    "redis-server": _redis,
}


def brought_by(package: str, host: Host, manager: str = "apt") -> Iterable[Effect]:
    """The effects that come with a package beside its being installed, by the manager that installs it."""
    known = BRINGS if manager == "apt" else brings_dnf.BRINGS
    return known[package](host) if package in known else ()
