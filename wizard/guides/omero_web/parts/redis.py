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
    distribution_of,
    of_any_distribution,
    resting_unit,
    root_folder,
    running_unit,
    system_account,
)


def _redis(host: Host) -> Iterable[Effect]:
    yield root_folder("/etc/redis")
    here = distribution_of(host.facts)
    (name,) = here.packages("redis")
    user = name.removesuffix("-server")
    if here.starts_what_it_installs:
        yield Sets(Account(user), User(102, f"/var/lib/{user}", "/usr/sbin/nologin", "", (user,)))
        yield Sets(Unit(here.unit("redis")), running_unit(host, user))
    else:
        yield from system_account(user, f"/var/lib/{user}")
        yield Sets(Unit(here.unit("redis")), resting_unit(user))


REDIS: Brings = dict.fromkeys(of_any_distribution("redis"), _redis)
