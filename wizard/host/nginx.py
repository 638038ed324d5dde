"""nginx's configuration as it takes effect: the server blocks of all that nginx loads, or of one site's file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from posixpath import dirname, normpath
from typing import Any, ClassVar

from wizard.base.patterns import pattern
from wizard.base.values import Value, replace
from wizard.host.nginx_constants import with_constants
from wizard.host.nginx_files import Block, Fault, joined, words
from wizard.host.nginx_inherited import Around, body_size, headers, inherited, keeping_folder, waiting_folder
from wizard.host.reading import Host, Reading, Unknown

CONFIGURATION = "/etc/nginx/nginx.conf"
PLACE = pattern(r"[\w.-]+:[0-9]{1,5}|\[[0-9a-fA-F:]+\]:[0-9]{1,5}")
SOCKET = pattern(r"(?:[a-z]+://)?unix:([^:]+)(?::.*)?", re.DOTALL)
PORTS = pattern(r"(?:(?:.*:)?([0-9]{1,5})(?:-([0-9]{1,5}))?)", re.DOTALL)
# In these, a `server` is none of HTTP's.
OTHER_CONTEXTS = frozenset({"stream", "mail"})
# What hands a request on, with the port that stands for none.
PASSES = {"proxy_pass": 80, "uwsgi_pass": 0, "fastcgi_pass": 0, "scgi_pass": 0, "grpc_pass": 80}
SCHEMES = {"https": 443, "grpcs": 443}
MOST_PORTS = 64
"""Of one range; of a longer one the first."""
MOST_SERVERS, MOST_LISTENS, MOST_HANDED = 5000, 1000, 50_000
"""Blocks, directives `listen` of one of them, and all that they hand on: an upstream of many, named many times over,
would be the product of both."""


class Listen(Value):
    """A `listen` directive; `port` is 0 for a Unix socket."""

    port: int
    tls: bool = False
    default: bool = False


class Handed(Value):
    """A `proxy_pass` (or `uwsgi_pass`, or its like), with what counts where it stands, be it set there or further out:
    the arguments of its `location`, its target, the bytes of the largest body that is taken (`client_max_body_size`; 0
    for any), the folder where larger bodies wait (`client_body_temp_path`; "" for the one that nginx was built with),
    and the headers of `proxy_set_header`, with names in lower case."""

    location: str
    target: str
    most: int = 1024 * 1024
    waits: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "proxy"
    keeps: str | None = ""

    def header(self, name: str) -> str:
        """The value that is set for a header, as it is written; "" where none is."""
        return dict(self.headers).get(name.lower(), "")


class Server(Value):
    """A `server` block: its file, `listen` directives and names. `sockets` are the Unix sockets that it proxies to;
    `proxied` all targets of `proxy_pass` and its like, TCP ones too, each after the arguments of its `location`, and
    `handed` the same with more; `aliases` the folders served by `alias`, each after those of its `location`."""

    file: str
    listens: tuple[Listen, ...] = (Listen(80),)
    names: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    proxied: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    handed: tuple[Handed, ...] = ()

    @property
    def ports(self) -> tuple[int, ...]:
        """The TCP ports without TLS."""
        return tuple(dict.fromkeys(one.port for one in self.listens if one.port and not one.tls))


class Servers(Reading["tuple[Server, ...]"]):
    """The `server` blocks that nginx loads, in its order, but for those of files that `NginxFaults` names."""

    family: ClassVar[str] = "nginx"
    nothing: ClassVar[tuple[Server, ...]] = ()


class NginxFaults(Reading["tuple[Fault, ...]"]):
    """The files of nginx's configuration that cannot be read, or that nginx would refuse: what is in them is in no
    `Servers`."""

    family: ClassVar[str] = "nginx"
    nothing: ClassVar[tuple[Fault, ...]] = ()


class NginxRefusals(Reading["tuple[Fault, ...]"]):
    """What of its configuration nginx would refuse at its next start, besides `NginxFaults`: directives that neither it
    nor its modules know, certificates that are not there, and what may stand once and stands twice."""

    family: ClassVar[str] = "nginx"
    nothing: ClassVar[tuple[Fault, ...]] = ()


def answer(readings: Iterable[Reading[Any]], host: Host) -> dict[Reading[Any], Any]:
    """Answer the readings of nginx's configuration, all at once, from files as the host reads them."""
    from wizard.host.nginx_refusals import refusals

    wanted = set(readings)
    servers, faults, blocks = _whole(host, CONFIGURATION)
    asked: dict[Reading[Any], Any] = {NginxRefusals(): refusals(host, blocks)} if NginxRefusals() in wanted else {}
    return {**dict.fromkeys(wanted, servers), Servers(): servers, NginxFaults(): faults, **asked}


def configuration(host: Host, path: str) -> tuple[tuple[Server, ...] | Unknown, tuple[Fault, ...]]:
    """Return the servers of a whole configuration, and its faults. The servers are `Unknown` where the main file cannot
    be read; none, without a fault, where it is not there."""
    servers, faults, _blocks = _whole(host, path)
    return servers, faults


def _whole(host: Host, path: str) -> tuple[tuple[Server, ...] | Unknown, tuple[Fault, ...], tuple[Block, ...]]:
    """The same, with all that stands in it."""
    from wizard.host.files import Content

    main = host.read(Content(path))
    if main is None:
        return (), (), ()
    if isinstance(main, Unknown):
        return main, (Fault(path, main.why, main.needs),), ()
    blocks, faults = joined(host, path, dirname(path))
    own = next((one for one in faults if one.file == path and not blocks), None)
    if own:
        return Unknown(f"{path}: {own.why}", own.needs), faults, blocks
    servers, whole = _servers(blocks)
    return servers, faults if whole else (*faults, Fault(path, words(0, "joined", ""))), blocks


def servers_at(host: Host, path: str) -> tuple[Server, ...]:
    """Return the `server` blocks of one site's file, with what it includes; none if nginx would refuse it."""
    return _servers(joined(host, path, dirname(CONFIGURATION))[0])[0]


def _servers(blocks: Sequence[Block]) -> tuple[tuple[Server, ...], bool]:
    """The servers, and whether that is all of them, with all that they hand on."""
    upstreams: dict[str, tuple[str, ...]] = {}
    for block, _around in _named(blocks, "upstream", {}):
        # Their names are compared as names of hosts are.
        upstreams[block.args[0].lower()] = tuple(_targets(block.within, {"server": 80}, {}))
    found: list[Server] = []
    left = MOST_HANDED
    for block, around in _named(blocks, "server", {}):
        if left <= 0 or len(found) == MOST_SERVERS:
            return tuple(found), False
        within = with_constants(block.within, PASSES)
        handed = list(islice(_handed(within, "", upstreams, around), left))
        left -= len(handed)
        found.append(_server(block.file, within, tuple(dict.fromkeys(handed))))
    return tuple(found), left > 0


def _named(blocks: Sequence[Block], name: str, around: Around) -> Iterator[tuple[Block, Around]]:
    """Yield the blocks of that name, however deep, in their order, each with what is set around it. One within another
    is left out: nginx takes none there."""
    here = inherited(blocks, around)
    for one in blocks:
        # A `server` of an upstream has arguments, and no block.
        if one.name == name and bool(one.args) is (name == "upstream"):
            yield one, here
        elif one.name not in OTHER_CONTEXTS:
            yield from _named(one.within, name, here)


def _server(file: str, within: Sequence[Block], handed: tuple[Handed, ...]) -> Server:
    server = Server(
        file,
        names=tuple(name for one in within if one.name == "server_name" for name in one.args),
        sockets=tuple(dict.fromkeys(one.target for one in handed if one.target.startswith("/"))),
        proxied=tuple(dict.fromkeys((one.location, one.target) for one in handed)),
        aliases=tuple(_aliases(within, "")),
        handed=handed,
    )
    # `ssl on`, until nginx 1.25, is for all that it listens on.
    tls = any(one.name == "ssl" and one.args == ("on",) for one in within)
    said = islice((one.args for one in within if one.name == "listen" and one.args), MOST_LISTENS)
    listens = tuple(islice((listen for args in said for listen in _listens(args, tls)), MOST_LISTENS))
    return replace(server, listens=listens) if listens else server


def _listens(words: Sequence[str], tls: bool) -> Iterator[Listen]:
    """Yield what a directive listens on: a port, a range, an address with or without a port, or a socket."""
    tls, default = tls or "ssl" in words, bool({"default_server", "default"} & {*words[1:]})
    if words[0].startswith("unix:"):
        yield Listen(0, tls, default)
        return
    found = PORTS.fullmatch(words[0])
    # An address of IPv6 without a port ends in a bracket, one of IPv4 has a point.
    first = int(found[1]) if found else 80
    last = int(found[2] or first) if found else first
    for port in range(first, min(last, first + MOST_PORTS - 1, 65535) + 1):
        yield Listen(port, tls, default)


def _handed(
    blocks: Sequence[Block], location: str, upstreams: Mapping[str, tuple[str, ...]], around: Around
) -> Iterator[Handed]:
    here = inherited(blocks, around)
    # What counts for one of these directives in a block counts for all of its name.
    passing = {one.name for one in blocks} & {*PASSES}
    sent = (body_size(here), waiting_folder(here), headers(here)) if passing else (0, "", ())
    kept = {name: keeping_folder(here, name.removesuffix("_pass")) for name in passing}
    for one in blocks:
        for target in _targets([one], PASSES, upstreams):
            yield Handed(location, target, *sent, one.name.removesuffix("_pass"), kept[one.name])
    for one in blocks:
        if one.within:
            words = " ".join(one.args) if one.name == "location" else location
            yield from _handed(one.within, words, upstreams, here)


def _aliases(blocks: Sequence[Block], location: str) -> Iterator[tuple[str, str]]:
    for one in blocks:
        if one.name == "alias" and one.args:
            yield location, one.args[0]
        words = " ".join(one.args) if one.name == "location" else location
        yield from _aliases(one.within, words)


def _targets(
    blocks: Iterable[Block], names: Mapping[str, int], upstreams: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Yield the targets of the directives of these names: socket paths, and addresses with their ports. Each name has
    the port that it means where none is said; 0 where one must be."""
    for one in blocks:
        if one.name not in names or not one.args:
            continue
        target = one.args[0]
        # What follows a variable is known when somebody asks; what stands before it, now.
        scheme, _sign, rest = target.rpartition("://")
        place = rest.partition("/")[0].partition("$")[0]
        port = SCHEMES.get(scheme.lower(), names[one.name])
        if found := SOCKET.fullmatch(target):
            yield "/" + normpath(found[1].partition("$")[0]).lstrip("/")
        elif place.lower() in upstreams:
            yield from upstreams[place.lower()]
        elif PLACE.fullmatch(place):
            yield place
        elif port and PLACE.fullmatch(f"{place}:{port}"):
            yield f"{place}:{port}"
