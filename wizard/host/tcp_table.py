"""The kernel's table of TCP sockets that are listened on (proc_net_tcp(5))."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

from wizard.base.values import Value
from wizard.host import opening

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
LISTENS = "0A"  # TCP_LISTEN of linux/net/tcp_states.h
# Those that are listened on come first: of a machine with more connections than these bytes hold, nothing is missed.
MOST = 32 * 2**20


class Bound(Value):
    """A socket that is listened on: its address, port, the number of the user who made it, and its inode."""

    address: str
    port: int
    uid: int
    inode: int


def listened(table: str) -> Iterator[Bound]:
    """Yield what is listened on by one of `TABLES`; nothing where there is no such table."""
    try:
        lines = opening.made_up(table, MOST).decode(errors="replace").splitlines()[1:]
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
