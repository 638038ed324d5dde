"""nginx's own temporary folders: where they lie, and what keeps its workers from writing there."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.access import explain
from wizard.findings.finding import Cause, Remedy
from wizard.host.access import actor_of, barrier
from wizard.host.acl import MODE, WRITE
from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit, UnitState

UNIT = "nginx.service"
RESTART = ("nginx -t", f"systemctl restart {UNIT}")
BODY, PROXY = "body", "proxy"
BODIES = ("/var/lib/nginx/body", "/var/lib/nginx/tmp/client_body", "/var/cache/nginx/client_temp")
Closed = tuple[str, Cause, "Remedy | None"]
"""What is seen, its cause and the remedy."""


def places(kind: str) -> tuple[str, ...]:
    """Where nginx keeps bodies, or answers of that kind (`proxy`, `fastcgi`...), unless told otherwise: as Debian, Red
    Hat and nginx.org build it."""
    if kind == BODY:
        return BODIES
    return (f"/var/lib/nginx/{kind}", f"/var/lib/nginx/tmp/{kind}", f"/var/cache/nginx/{kind}_temp")


def built_in(host: Host, kind: str = BODY) -> str:
    """The folder of `places` that is there; "" if none of those known is."""
    for path in places(kind):
        entry: Entry | Unknown | None = host.read(EntryAt(path))
        if isinstance(entry, Entry):
            return path
    return ""


def closed(host: Host, folder: str, cause: Cause, remedy: Remedy) -> Closed | None:
    """What keeps nginx's workers from writing to a folder, with the cause and remedy that are given, or more special
    ones; None if nothing is seen that does, or no worker runs. A start of nginx makes its folders and gives them to its
    workers: that is the remedy of a folder that is another's, or not there."""
    state = host.read(Unit(UNIT))
    if not isinstance(state, UnitState) or all(one.user == "root" for one in state.processes):
        return None
    entry: Entry | Unknown | None = host.read(EntryAt(folder))
    if entry is None:
        return _("{path} is not there").format(path=folder), cause, remedy
    actor = actor_of(host, UNIT, "")
    found = barrier(host, actor, folder, WRITE)
    if found is None:
        return None
    if found.path == folder and found.reason == MODE and found.entry is not None:
        seen = _("{path} is {mode} {owner}:{group}: {user} may not write there").format(
            path=folder, mode=found.entry.octal, owner=found.entry.owner, group=found.entry.group, user=actor.user
        )
        return seen, cause, remedy
    special, opens = explain(host, actor, found)
    return _("{user} may not write to {path}").format(user=actor.user, path=folder), special, opens
