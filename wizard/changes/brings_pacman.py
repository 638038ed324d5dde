"""Effects of installing packages on Arch Linux, where installation starts no service, nor enables one."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.base.language import _
from wizard.changes.brings_dnf import postgresql
from wizard.changes.package_effects import Brings, resting_unit, root_folder, system_account
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import Conffile
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit


def _nginx(host: Host) -> Iterable[Effect]:
    for path in ("/etc/nginx", "/var/log/nginx"):
        yield root_folder(path)
    yield Sets(EntryAt("/etc/nginx/nginx.conf"), Entry())
    yield Sets(Content("/etc/nginx/nginx.conf"), Unknown(_("known once nginx is installed")))
    yield Sets(Conffile("nginx", "/etc/nginx/nginx.conf"), True)
    yield from system_account("http", "/srv/http", 33)
    yield Sets(Unit("nginx.service"), resting_unit("http"))


def _cronie(host: Host) -> Iterable[Effect]:
    yield root_folder("/etc/cron.d")
    yield Sets(Unit("cronie.service"), resting_unit("root"))


BRINGS: Brings = {
    "nginx": _nginx,
    "postgresql": postgresql,
    "cronie": _cronie,
}
