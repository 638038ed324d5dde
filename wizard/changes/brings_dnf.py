"""What installing a package is known to bring on Red Hat's family: there nothing is started by its installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wizard.base.language import _
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import Conffile
from wizard.host.processes import Process
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, Group, User


def _folder(path: str) -> Sets:
    return Sets(EntryAt(path), Entry(kind="directory", mode=0o755))


def _account(name: str, home: str) -> Iterable[Effect]:
    yield Sets(Account(name), User(990, home, "/sbin/nologin", "", (name,)))
    yield Sets(Group(name), ())


def _resting(user: str, enabled: str = "disabled") -> UnitState:
    # Its processes are those of its start to come: with them a plan sees that a later group asks for a restart.
    process = Process(pid=0, user=user, groups=(user,), command=())
    return UnitState("loaded", "inactive", "dead", enabled, processes=(process,))


def _nginx(host: Host) -> Iterable[Effect]:
    for path in ("/etc/nginx", "/etc/nginx/conf.d", "/etc/nginx/default.d", "/var/log/nginx"):
        yield _folder(path)
    yield Sets(Listing("/etc/nginx/conf.d"), ())
    yield Sets(EntryAt("/etc/nginx/nginx.conf"), Entry())
    # Its server is a `default_server` on some releases and on others not.
    yield Sets(Content("/etc/nginx/nginx.conf"), Unknown(_("known once nginx is installed")))
    yield Sets(Conffile("nginx", "/etc/nginx/nginx.conf"), True)
    yield from _account("nginx", "/var/lib/nginx")
    yield Sets(Unit("nginx.service"), _resting("nginx"))


def _redis(host: Host) -> Iterable[Effect]:
    yield _folder("/etc/redis")
    yield from _account("redis", "/var/lib/redis")
    yield Sets(Unit("redis.service"), _resting("redis"))


def _cronie(host: Host) -> Iterable[Effect]:
    yield _folder("/etc/cron.d")
    yield Sets(Unit("crond.service"), _resting("root", "enabled"))


BRINGS: Mapping[str, Callable[[Host], Iterable[Effect]]] = {
    "nginx": _nginx,
    "redis": _redis,
    "cronie": _cronie,
}
