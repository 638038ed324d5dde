"""nginx's configuration as crossplane reads it: the server blocks of all that nginx loads, or of one file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.host.reading import Reading, Unknown

CONFIGURATION = "/etc/nginx/nginx.conf"
PLACE = re.compile(r"[\w.-]+:\d+|\[[0-9a-fA-F:]+\]:\d+")
SOCKET = re.compile(r"(?:https?://)?unix:([^:]+)(?::.*)?")


class Listen(Value):
    """A `listen` directive; `port` is 0 for a Unix socket."""

    port: int
    tls: bool = False
    default: bool = False


class Server(Value):
    """A `server` block: its file, `listen` directives and names. `sockets` are the Unix sockets that it proxies to;
    `proxied` all targets of `proxy_pass`, TCP ones too, each after the arguments of its `location`; `aliases` the
    folders served by `alias`, each after those of its `location`."""

    file: str
    listens: tuple[Listen, ...] = (Listen(80),)
    names: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    proxied: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    @property
    def ports(self) -> tuple[int, ...]:
        """The TCP ports without TLS."""
        return tuple(dict.fromkeys(one.port for one in self.listens if one.port and not one.tls))


class Servers(Reading["tuple[Server, ...]"]):
    """The `server` blocks that nginx loads, in its order. A file with a syntax error contributes none."""

    family: ClassVar[str] = "nginx"
    nothing: ClassVar[tuple[Server, ...]] = ()


Directive = Mapping[str, Any]


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Servers` by parsing the configuration once."""
    return dict.fromkeys(readings, _servers(CONFIGURATION))


def _servers(path: str) -> Any:
    if not Path(path).exists():
        return ()
    # Imported here: only discovery needs it.
    import crossplane

    whole = crossplane.parse(path, check_ctx=False, check_args=False)
    if any("Permission denied" in one["error"] for one in whole["errors"] if one["file"] == path):
        return Unknown(_("{path}: this user may not look there").format(path=path), needs="root")
    return _found(whole["config"])


def servers_in(path: str, text: bytes) -> tuple[Server, ...]:
    """Return the `server` blocks in a file's text, without its includes; none if it has a syntax error."""
    import crossplane

    # crossplane reads only files; an anonymous one in memory needs no clean-up.
    descriptor = os.memfd_create("nginx")
    try:
        os.write(descriptor, text)
        parsed = crossplane.parse(f"/proc/self/fd/{descriptor}", single=True, check_ctx=False, check_args=False)
    finally:
        os.close(descriptor)
    return _found([{**one, "file": path} for one in parsed["config"]])


def _found(files: Sequence[Directive]) -> tuple[Server, ...]:
    upstreams: dict[str, tuple[str, ...]] = {}
    for _file, block in _blocks(files, "upstream"):
        upstreams[block["args"][0]] = tuple(_targets(block["block"], "server", {}))
    return tuple(_server(file, block["block"], upstreams) for file, block in _blocks(files, "server"))


def _blocks(files: Sequence[Directive], name: str) -> Iterator[tuple[str, Directive]]:
    """Yield the blocks of that name, nested ones too, each after its file."""
    for file in files:
        for one in _within(file["parsed"]):
            if one["directive"] == name and "block" in one:
                yield file["file"], one


def _within(block: Sequence[Directive]) -> Iterator[Directive]:
    for one in block:
        yield one
        yield from _within(one.get("block", ()))


def _server(file: str, block: Sequence[Directive], upstreams: Mapping[str, tuple[str, ...]]) -> Server:
    proxied = tuple(dict.fromkeys(_handed(block, "", upstreams)))
    server = Server(
        file,
        names=tuple(name for one in block if one["directive"] == "server_name" for name in one["args"]),
        sockets=tuple(dict.fromkeys(target for _words, target in proxied if target.startswith("/"))),
        proxied=proxied,
        aliases=tuple(_aliases(block, "")),
    )
    listens = tuple(_listen(one["args"]) for one in block if one["directive"] == "listen" and one["args"])
    return replace(server, listens=listens) if listens else server


def _listen(words: Sequence[str]) -> Listen:
    # A port, an address with or without a port, a bracketed IPv6 address, or a socket.
    _address, _colon, last = words[0].rpartition(":")
    port = int(last) if last.isdigit() else 0 if words[0].startswith("unix:") else 80
    return Listen(port, "ssl" in words, "default_server" in words)


def _handed(
    block: Sequence[Directive], location: str, upstreams: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    yield from ((location, target) for target in _targets(block, "proxy_pass", upstreams))
    for one in block:
        words = " ".join(one["args"]) if one["directive"] == "location" else location
        yield from _handed(one.get("block", ()), words, upstreams)


def _aliases(block: Sequence[Directive], location: str) -> Iterator[tuple[str, str]]:
    for one in block:
        if one["directive"] == "alias" and one["args"]:
            yield location, one["args"][0]
        words = " ".join(one["args"]) if one["directive"] == "location" else location
        yield from _aliases(one.get("block", ()), words)


def _targets(block: Iterable[Directive], name: str, upstreams: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the targets of these directives: socket paths, and addresses with their ports."""
    for one in block:
        if one["directive"] == name and one["args"]:
            target = one["args"][0]
            place = target.rpartition("://")[2].partition("/")[0]
            if found := SOCKET.fullmatch(target):
                yield found[1]
            elif place in upstreams:
                yield from upstreams[place]
            elif PLACE.fullmatch(place):
                yield place
            elif name == "server" and PLACE.fullmatch(f"{place}:80"):
                yield f"{place}:80"
