"""Connections to a port of this machine, at the address where it is listened on."""

from __future__ import annotations

import socket

from wizard.host import opening

LOOPBACK = "127.0.0.1"
TABLE = "/proc/net/tcp"
LISTENS = "0A"  # TCP_LISTEN of linux/net/tcp_states.h


def connected(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to a port. Where nobody listens at the loopback address, it is one to the address of this
    machine where somebody does: a site may have a `listen` with an address. Raises `OSError`."""
    try:
        return socket.create_connection((address, port), seconds)
    except ConnectionRefusedError:
        other = listened_at(port) if address == LOOPBACK else ""
        if not other:
            raise
        return socket.create_connection((other, port), seconds)


def listened_at(port: int) -> str:
    """Return an address of IPv4 at which a port is listened on; "" if there is none."""
    try:
        lines = opening.made_up(TABLE).decode(errors="replace").splitlines()[1:]
    except OSError:
        return ""
    for line in lines:
        _number, local, _remote, state, *_rest = (*line.split(), "", "", "", "")
        address, _colon, number = local.partition(":")
        if state == LISTENS and len(address) == 8 and int(number or "0", 16) == port:
            # In the order of this processor's bytes, which is the reverse one.
            return socket.inet_ntoa(bytes.fromhex(address)[::-1])
    return ""
