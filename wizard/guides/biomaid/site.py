"""The site of an instance, whoever wrote it: which file, which port, which names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from wizard import checks
from wizard.answers import Answers
from wizard.guides.biomaid.names import Names
from wizard.host.facts import Facts
from wizard.host.files import Entry, EntryAt
from wizard.host.nginx import Server, Servers
from wizard.host.reading import Host, Unknown
from wizard.language import _

if TYPE_CHECKING:
    from wizard.guides.biomaid.discovery import Collected

OWN_NAMES = ("localhost", "127.0.0.1", "::1", "_", "")


def read(n: Names, host: Host, allowed: Sequence[str] | None, collected: Collected) -> None:
    """The site that hands requests to the instance's socket; `allowed` are the names that Django accepts."""
    servers = host.read(Servers())
    if isinstance(servers, Unknown):
        collected.hide(servers.why, "site", "http_port", "hostnames")
        return
    own = [server for server in servers if n.socket in server.sockets]
    plain = [server for server in own if server.ports]
    if plain:
        server, port = plain[0], plain[0].ports[0]
        collected.tell(server.file, site=_leads_to(server.file, host), http_port=port)
        name = _answered_as(server, port, servers, allowed)
        if name != "localhost":
            collected.tell(server.file, asked_as=name)
    elif own:
        text = _("{file} serves it with TLS alone, which Jalon does not look at yet")
        collected.hide(text.format(file=own[0].file), "site", "http_port")
    served = [name for server in own for name in server.names]
    names = tuple(dict.fromkeys(_reachable([*served, *(allowed or ())], host.facts)))
    if names or (allowed is not None and "*" not in allowed):
        where = ", ".join([*dict.fromkeys(server.file for server in own), *([n.settings] if allowed else [])])
        collected.tell(where, hostnames=names or ("localhost",))


def _leads_to(path: str, host: Host) -> str:
    """The file itself where that is a link, as those in sites-enabled are."""
    entry = host.read(EntryAt(path))
    if not isinstance(entry, Entry) or entry.kind != "link":
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.target))


def _reachable(names: Iterable[str], facts: Facts) -> Iterator[str]:
    """The names that a browser could ask for; neither patterns nor those by which a machine knows itself."""
    for name in names:
        plain = facts.hostname if name == "$hostname" else name.strip("[]")
        if plain not in OWN_NAMES and not checks.host_name(plain, Answers({}), facts):
            yield plain


def _answered_as(server: Server, port: int, servers: Sequence[Server], allowed: Sequence[str] | None) -> str:
    """The name under which the instance answers on this machine: `localhost` where that leads to it."""
    beside = [one for one in servers if port in one.ports]
    named = [one for one in beside if "localhost" in one.names]
    default = [one for one in beside if any(listen.default and listen.port == port for listen in one.listens)]
    first = [*named, *default, *beside][0]
    accepted = allowed is None or "localhost" in allowed or "*" in allowed
    if first == server and accepted:
        return "localhost"
    usable = [name for name in server.names if allowed is None or name in allowed or "*" in allowed]
    return next((name for name in usable if name[:1].isalnum() and "*" not in name), "localhost")
