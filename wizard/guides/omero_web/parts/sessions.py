"""The probe of the Redis that keeps OMERO.web's sessions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from wizard.api import (
    Cause,
    Finding,
    Host,
    Listeners,
    Probe,
    Reading,
    RedisAt,
    RedisState,
    Remedy,
    _,
    failed,
    listed,
    passed,
)

# A size in bytes; whatever else stands there, whoever answers, is none.
SIZE = re.compile(r"[0-9]{1,18}")


class SessionsTaken(Probe):
    """Redis takes what is written to it; `password` says whether OMERO.web has one for it."""

    address: str
    port: int
    password: bool = False
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (RedisAt(self.address, self.port),)

    def observe(self, host: Host) -> Finding:
        state = host.get(RedisAt(self.address, self.port))
        place = f"{self.address}:{self.port}"
        if state.error.startswith("NOAUTH") and self.password:
            return passed(_("{place} asks for the password").format(place=place))
        if state.error:
            return _refused(state, place) or self._away(host, state, place)
        return _read_only(state, place) or _full(state, place) or passed(_("{place} takes them").format(place=place))

    def _away(self, host: Host, state: RedisState, place: str) -> Finding:
        evidence = _("{place}: {error}").format(place=place, error=state.error.partition(" ")[0])
        found = [one for one in host.get(Listeners()) if "redis" in one.program and one.port]
        if not found:
            return failed(evidence, cause=Cause("redis-not-there", _("No Redis answers where sessions are kept.")))
        places = listed(sorted({f"{one.address}:{one.port}" for one in found}))
        told = _("Redis listens on {places}, and OMERO.web keeps its sessions at {place}.")
        text = _(
            "Have it listen there again (`port` and `bind` in its configuration), or correct the answer `redis_url`."
        )
        cause = Cause("redis-elsewhere", told.format(places=places, place=place))
        return failed(evidence, cause=cause, remedy=Remedy(text))


def _refused(state: RedisState, place: str) -> Finding | None:
    if state.error.startswith("NOAUTH"):
        told = _("It wants a password, and OMERO.web was given none: every page with a session is an error.")
        remedy = _(
            "The answer `redis_url` is no secret, and takes none. Take `requirepass` out of its configuration, let it"
            " listen on this machine alone (`bind 127.0.0.1 ::1`), and restart it."
        )
        cause = Cause("redis-asks-password", told)
    elif state.error.startswith("MISCONF"):
        told = _("It could not write its data to the disk, and takes nothing more until it can.")
        remedy = _(
            "Its log below /var/log/redis says why: mostly a full disk, or a folder that is not its own"
            " (`redis-cli config get dir`). Then `redis-cli bgsave`."
        )
        cause = Cause("redis-cannot-save", told)
    else:
        return None
    evidence = _("{place} says {said}").format(place=place, said=state.error.partition(" ")[0])
    return failed(evidence, cause=cause, remedy=Remedy(remedy))


def _read_only(state: RedisState, place: str) -> Finding | None:
    info = state.info
    if info.get("role") != "slave" or info.get("slave_read_only") == "0":
        return None
    source = f"{info.get('master_host', '-')}:{info.get('master_port', '-')}"
    told = _(
        "It is a copy of another Redis ({source}) and takes nothing itself: every page with a session is an error."
    )
    remedy = Remedy(_("Where it should be its own again: `redis-cli replicaof no one`, and `replicaof` out of its"
                      " configuration; otherwise set the answer `redis_url` to the other."))  # fmt: skip
    evidence = _("{place} is a replica").format(place=place)
    return failed(evidence, cause=Cause("redis-read-only", told.format(source=source)), remedy=remedy)


def _full(state: RedisState, place: str) -> Finding | None:
    info = state.info
    told_sizes = (info.get(name, "") for name in ("maxmemory", "used_memory"))
    most, used = (int(size) if SIZE.fullmatch(size) else 0 for size in told_sizes)
    if not most or used < most or info.get("maxmemory_policy") != "noeviction":
        return None
    evidence = _("{place}: {used} of {most} bytes in use").format(place=place, used=used, most=most)
    told = _("It has as much as it may, and refuses more: every page with a session is an error.")
    remedy = Remedy(_("Raise `maxmemory` in its configuration, or let old sessions go: `maxmemory-policy volatile-ttl`;"
                      " then restart it."))  # fmt: skip
    return failed(evidence, cause=Cause("redis-out-of-memory", told), remedy=remedy)
