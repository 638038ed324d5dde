"""The TCP sockets that are listened on: sock_diag(7), or the kernel's tables (proc_net_tcp(5))."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator

from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host import netlink, opening

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
FAMILIES = dict(zip(TABLES, (socket.AF_INET, socket.AF_INET6), strict=True))
LISTENS = "0A"  # TCP_LISTEN of linux/net/tcp_states.h
# Those that are listened on come first: of a machine with more connections than these bytes hold, nothing is missed.
MOST = 32 * 2**20

# sock_diag(7): linux/sock_diag.h and inet_diag.h. The number of a state is its place among those asked for.
NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY = 4, 20
REQUEST = struct.Struct("=BBBB I 48x")
# Family, source port, source address, user, inode.
SOCKET = struct.Struct("=B3x 2s2x 16s 16x 12x 12x II")


class Bound(Value):
    """A socket that is listened on: its address, port, the number of the user who made it, and its inode."""

    address: str
    port: int
    uid: int
    inode: int


def listened(table: str) -> Iterator[Bound]:
    """Yield what is listened on by one of `TABLES`; nothing where there is no such table. The kernel is asked by
    sock_diag(7) for that alone; it writes the file by going through the room for all connections, a millisecond of each
    reading on a large machine, and is asked for it where it cannot answer otherwise."""
    try:
        found = list(_asked(FAMILIES[table]))
    except OSError:
        found = list(_read(table))
    yield from found


def _asked(family: int) -> Iterator[Bound]:
    request = REQUEST.pack(family, socket.IPPROTO_TCP, 0, 0, 1 << int(LISTENS, 16))
    for kind, content in netlink.dump(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, request):
        if kind == SOCK_DIAG_BY_FAMILY:
            yield _bound(content)


def _bound(message: bytes) -> Bound:
    if len(message) < SOCKET.size:
        raise OSError(errno.EPROTO, os.strerror(errno.EPROTO))
    family, port, address, uid, inode = SOCKET.unpack_from(message)
    text = socket.inet_ntop(family, address[:4] if family == socket.AF_INET else address)
    return Bound(text, int.from_bytes(port, "big"), uid, inode)


def _read(table: str) -> Iterator[Bound]:
    try:
        lines = lines_of(opening.made_up(table, MOST).decode(errors="replace"))[1:]
    except OSError:
        return
    for line in lines:
        words = line.split()
        # Its last line may be cut off.
        if len(words) > 9 and words[3] == LISTENS:
            address, _colon, port = words[1].partition(":")
            yield Bound(_address(address), int(port, 16), int(words[7]), int(words[9]))


def maker(address: str, port: int) -> int | None:
    """Return the number of the user who made the socket that takes connections to that address and port; None where
    none is seen."""
    found = [one for table in TABLES for one in listened(table) if one.port == port]
    for places in ((address, f"::ffff:{address}"), ("0.0.0.0", "::")):  # noqa: S104 - what a table says
        for one in found:
            if one.address in places:
                return one.uid
    return None


def _address(text: str) -> str:
    """An address, of which each word of four bytes is in the order of this processor."""
    data = bytes.fromhex(text)
    words = struct.unpack(f"={len(data) // 4}I", data)
    data = struct.pack(f">{len(words)}I", *words)
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)
