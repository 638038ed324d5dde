"""What stands twice in nginx's configuration and may stand there once: nginx would refuse it at its next start. A copy
of a site beside it does that, or a default server that a package brings.

Checked against `nginx -t` of 1.22; what is not known for certain to be refused is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.host.nginx_files import Block, Fault

# Directives that a block may hold once ("directive is duplicate").
ONCE = frozenset(
    {
        *("user", "worker_processes", "pid", "events", "http", "types_hash_max_size"),
        *("root", "alias", "try_files", "internal", "default_type", "charset", "autoindex", "expires", "etag"),
        *("sendfile", "tcp_nopush", "keepalive_timeout", "send_timeout", "gzip", "server_tokens"),
        *("client_max_body_size", "client_body_timeout", "client_body_temp_path", "client_body_buffer_size"),
        *("client_header_timeout", "disable_symlinks", "auth_basic", "satisfy", "limit_rate", "real_ip_header"),
        *("proxy_pass", "uwsgi_pass", "proxy_buffering", "proxy_request_buffering", "proxy_redirect", "proxy_buffers"),
        *("proxy_buffer_size", "proxy_busy_buffers_size", "proxy_http_version", "proxy_intercept_errors"),
        *("proxy_read_timeout", "proxy_connect_timeout", "proxy_send_timeout", "proxy_temp_path", "proxy_cache"),
        *("proxy_max_temp_file_size", "merge_slashes"),
        *("ssl", "ssl_ciphers", "ssl_session_timeout", "ssl_prefer_server_ciphers", "ssl_stapling"),
    }
)
# What has a name that no other of its kind may have.
NAMED = frozenset({"log_format"})
PLACES = pattern(r"(=|\^~|~\*?|@)?\s*(.*)", re.DOTALL)
# Options that are said of an address once, whichever server says them.
SOCKET_OPTIONS = ("backlog", "rcvbuf", "sndbuf", "setfib", "fastopen", "accept_filter", "deferred", "bind", "ipv6only",
                  "so_keepalive", "reuseport")  # fmt: skip
DEFAULT = frozenset({"default_server", "default"})
# In these stand data, or directives of a meaning of their own.
OTHERS = frozenset({"types", "map", "geo", "split_clients", "charset_map", "match", "upstream", "stream", "mail"})
T = TypeVar("T")


def twice(blocks: Sequence[Block]) -> Iterator[Fault]:
    """Yield what stands a second time."""
    yield from _in_block(blocks)
    for http in (one for one in blocks if one.name == "http"):
        yield from _names(http.within)
        yield from _addresses([one for one in http.within if one.name == "server" and not one.args])


def _in_block(blocks: Sequence[Block]) -> Iterator[Fault]:
    """Directives, ports and places, each within its own block."""
    for first, second in _again((one.name, one) for one in blocks if one.name in ONCE):
        yield _fault(second, first, f"`{second.name}`")
    for first, second in _again((key, one) for one in blocks if one.name == "location" for key in _places(one)):
        yield _fault(second, first, f"`location {' '.join(second.args)}`")
    for first, second in _again((_address(one), one) for one in blocks if one.name == "listen" and one.args):
        yield _fault(second, first, f"`listen {second.args[0]}`")
    for one in blocks:
        if one.name not in OTHERS:
            yield from _in_block(one.within)


def _names(blocks: Sequence[Block]) -> Iterator[Fault]:
    """Names that are one for all servers."""
    named = ((one.name, one.args[0].lower(), one) for one in blocks if one.name == "upstream" and one.args)
    formats = ((one.name, one.args[0], one) for one in blocks if one.name in NAMED and one.args)
    for first, second in _again(((kind, name), one) for kind, name, one in (*named, *formats)):
        yield _fault(second, first, f"`{second.name} {second.args[0]}`")


def _addresses(servers: Iterable[Block]) -> Iterator[Fault]:
    """What only one server may say of an address."""
    listens = [one for server in servers for one in server.within if one.name == "listen" and one.args]
    for first, second in _again((_address(one), one) for one in listens if DEFAULT & {*one.args[1:]}):
        yield _fault(second, first, f"`listen {second.args[0]} default_server`")
    for first, second in _again((_address(one), one) for one in listens if _opens(one)):
        yield _fault(second, first, f"`listen {' '.join(second.args)}`")


def _fault(second: Block, first: Block, words: str) -> Fault:
    if first.file == second.file:
        return Fault(second.file, _("{words} stands twice, and may stand once").format(words=words))
    text = _("{words} stands in {file} already, and may stand once")
    return Fault(second.file, text.format(words=words, file=first.file))


def _again(found: Iterable[tuple[T, Block]]) -> Iterator[tuple[Block, Block]]:
    """Yield what has a key that another had before, behind that other."""
    before: dict[T, Block] = {}
    for key, one in found:
        if key in before:
            yield before[key], one
        before.setdefault(key, one)


def _places(location: Block) -> Iterator[tuple[bool, str]]:
    """What a location is found by: none may have the path of another, be it with `^~` or without."""
    found = PLACES.fullmatch(" ".join(location.args))
    if found and found[1] in (None, "=", "^~"):
        yield found[1] == "=", found[2]


def _address(listen: Block) -> tuple[str, bool]:
    """What is listened on, and whether over UDP."""
    place = listen.args[0].lower().removeprefix("*:")
    if place.isdecimal():
        place = f"0.0.0.0:{place}"
    elif not place.startswith("unix:") and not re.search(r":[0-9-]+$", place):
        place = f"{place}:80"
    return place, "quic" in listen.args


def _opens(listen: Block) -> bool:
    return any(word.partition("=")[0] in SOCKET_OPTIONS for word in listen.args[1:])
