"""The effects of installing Redis's packages that later steps read."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.api import (
    Account,
    Brings,
    Effect,
    Host,
    Sets,
    Unit,
    User,
    resting_unit,
    root_folder,
    running_unit,
    system_account,
)


def _redis(host: Host) -> Iterable[Effect]:
    yield root_folder("/etc/redis")
    if host.facts.package_manager == "dnf":
        yield from system_account("redis", "/var/lib/redis")
        yield Sets(Unit("redis.service"), resting_unit("redis"))
    else:
        yield Sets(Account("redis"), User(102, "/var/lib/redis", "/usr/sbin/nologin", "", ("redis",)))
        yield Sets(Unit("redis-server.service"), running_unit(host, "redis"))


REDIS: Brings = {"redis": _redis, "redis-server": _redis}
