"""The instances of BiomAid that somebody installed by hand, and their answers, read from the host itself."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Account,
    Answers,
    Entry,
    EntryAt,
    Found,
    Host,
    Listing,
    Servers,
    UnitsLike,
    Unknown,
    User,
    _,
    without_invalid,
)
from wizard.guides.biomaid import backups, settings, site, traces
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import Names
from wizard.guides.biomaid.questions import questions

UNIT, SUFFIX = "biomaid-instance@", ".service"
# An answer of which no other than the one found will do: without it, something else would be looked at.
NEEDED = frozenset({"instance", "site", "http_port", "db_name", "db_user", "db_host", "db_port"})


def discover(host: Host) -> Sequence[Found]:
    """Every instance that is here, by name: those that have a unit, a site, or settings in their home."""
    return [_found(name, host) for name in _names(host)]


def _names(host: Host) -> list[str]:
    units = host.read(UnitsLike(f"{UNIT}*{SUFFIX}"))
    found = {_between(name, UNIT, SUFFIX) for name in (() if isinstance(units, Unknown) else units)}
    servers = host.read(Servers())
    for server in () if isinstance(servers, Unknown) else servers:
        found |= {_between(socket, "/home/", "/biomaid.sock") for socket in server.sockets}
    homes = host.read(Listing("/home"))
    for name in () if isinstance(homes, Unknown) else homes or ():
        if host.read(EntryAt(_names_of(name).settings)) and settings.on_postgresql(_names_of(name), host):
            found.add(name)
    return sorted(name for name in found if name and "/" not in name and _has_account(name, host))


def _has_account(name: str, host: Host) -> bool:
    account = host.read(Account(name))
    return isinstance(account, User)


def _names_of(name: str) -> Names:
    return Names(Answers({"instance": name}))


def _between(text: str, start: str, end: str) -> str:
    return text[len(start) : -len(end)] if text.startswith(start) and text.endswith(end) else ""


def _found(name: str, host: Host) -> Found:
    n, collected = _names_of(name), Collected()
    collected.tell(f"{UNIT}{name}{SUFFIX}", instance=name)
    names = settings.read(n, host, collected)
    site.read(n, host, names, collected)
    for trace in (traces.code, traces.environment, traces.service, traces.account, backups.read):
        trace(n, host, collected)
    found = Found(name, collected.detected, collected.undetected, collected.unsupported, _closed(name, host))
    return without_invalid(found, questions(), host.facts, NEEDED)


def _closed(name: str, host: Host) -> str:
    """Why nothing of an instance can be judged: it is not where every path of the document leads."""
    n, account = _names_of(name), host.read(Account(name))
    if isinstance(account, User) and account.home != n.home:
        text = _("the home of {name} is {home}, and only {usual} is looked at")
        return text.format(name=name, home=account.home, usual=n.home)
    home = host.read(EntryAt(n.home))
    if isinstance(home, Entry) and home.owner not in (name, "root"):
        text = _("the home of {name} belongs to {owner}: what stands there is not this instance's own")
        return text.format(name=name, owner=home.owner)
    package = f"{n.settings.removesuffix('.py')}/__init__.py"
    file, folder = host.read(EntryAt(n.settings)), host.read(EntryAt(package))
    if file is None and isinstance(folder, Entry):
        text = _("its settings are a package, {path}, and only {usual} is read")
        return text.format(path=package, usual=n.settings)
    return ""
