"""The site of an instance, whoever wrote it: which file, which port, which names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wizard.api import (
    Facts,
    Host,
    Listeners,
    NginxFaults,
    Server,
    Servers,
    Unknown,
    distinct_names,
    django_allows,
    follow_link,
    is_host_name,
    normalised_host,
    server_has,
)
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import Names
from wizard.guides.biomaid.unsupported import PREFIX, TCP, TLS

NAMED = 3
OWN_NAMES = ("localhost", "127.0.0.1")


def read(n: Names, host: Host, allowed: Sequence[str] | None, collected: Collected) -> None:
    """The site that hands requests to the instance's socket; `allowed` are the names that Django accepts."""
    servers = host.read(Servers())
    if isinstance(servers, Unknown):
        collected.hide(servers.why, "site", "http_port", "hostnames")
        return
    place = _tcp(n, servers, host)
    if place:
        collected.unsupported[TCP] = place
    targets = (n.socket, *([place] if place else []))
    own = [server for server in servers if any(target in targets for _words, target in server.proxied)]
    plain = [server for server in own if server.ports]
    if plain:
        server, port = plain[0], plain[0].ports[0]
        collected.tell(server.file, site=follow_link(host, server.file), http_port=port)
        name = _answered_as(server, port, servers, allowed)
        if name != "localhost":
            collected.tell(server.file, asked_as=name)
    elif own:
        collected.unsupported[TLS] = own[0].file
    elif why := _faults(host):
        collected.hide(why, "site", "http_port", "hostnames")
    locations = [words for server in own for words, target in server.proxied if target in targets]
    if prefix := _prefix(locations):
        collected.unsupported[PREFIX] = prefix
    served = [name for server in own for name in server.names]
    # Whoever owns the settings may name another's site there, and would have its visitors.
    others = [server for server in servers if server not in own and not _before(server, own)]
    free = [name for name in allowed or () if not any(server_has(name, server.names) for server in others)]
    names = tuple(distinct_names(_reachable([*served, *free], host.facts)))
    if names or (allowed is not None and "*" not in allowed):
        where = ", ".join([*dict.fromkeys(server.file for server in own), *([n.settings] if allowed else [])])
        collected.tell(where, hostnames=names or ("localhost",))


def _before(server: Server, own: Sequence[Server]) -> bool:
    """Whether a server hands visitors on to the instance's site: it is in a file of that, or proxies to its port."""
    ports = {str(port) for one in own for port in one.ports}
    targets = {target for _words, target in server.proxied if not target.startswith("/")}
    return server.file in {one.file for one in own} or any(target.rpartition(":")[2] in ports for target in targets)


def _faults(host: Host) -> str:
    """Which files of nginx's configuration could not be read: the site may be in one of them."""
    faults = host.read(NginxFaults())
    return "; ".join(f"{one.file}: {one.why}" for one in (() if isinstance(faults, Unknown) else faults[:NAMED]))


def _tcp(n: Names, servers: Sequence[Server], host: Host) -> str:
    """The address of TCP on which the instance's user listens, and nginx hands requests to it."""
    if any(n.socket in server.sockets for server in servers):
        return ""
    listeners = host.read(Listeners())
    ports = {
        one.port for one in (() if isinstance(listeners, Unknown) else listeners) if one.user == n.answers.instance
    }
    places = (target for server in servers for _words, target in server.proxied if not target.startswith("/"))
    return next((place for place in places if int(place.rpartition(":")[2]) in ports - {0}), "")


def _prefix(locations: Sequence[str]) -> str:
    """The path below which requests are handed to the instance; none where `/` is among them, or a named location that
    others lead to."""
    paths = [words.split()[-1] if words else "/" for words in locations]
    plain = all(path.startswith("/") and path.strip("/") for path in paths)
    # A pattern says nothing plainly.
    plain = plain and not any(words.startswith("~") for words in locations)
    return f"/{min(paths, key=len).strip('/')}" if paths and plain else ""


def _reachable(names: Iterable[str], facts: Facts) -> Iterator[str]:
    """The names that a browser could ask for; neither patterns nor those by which a machine knows itself."""
    for name in names:
        plain = facts.hostname if name == "$hostname" else name
        if is_host_name(plain) and normalised_host(plain) not in OWN_NAMES:
            yield plain


def _answered_as(server: Server, port: int, servers: Sequence[Server], allowed: Sequence[str] | None) -> str:
    """The name under which the instance answers on this machine: `localhost` where that leads to it."""
    beside = [one for one in servers if port in one.ports]
    named = [one for one in beside if server_has("localhost", one.names)]
    default = [one for one in beside if any(listen.default and listen.port == port for listen in one.listens)]
    first = [*named, *default, *beside][0]
    if first == server and (allowed is None or django_allows("localhost", allowed)):
        return "localhost"
    usable = [name for name in server.names if allowed is None or django_allows(name, allowed)]
    return next((name for name in usable if is_host_name(name)), "localhost")
