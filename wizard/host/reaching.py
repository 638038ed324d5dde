"""Connections to a port of this machine, at the address where it is listened on."""

from __future__ import annotations

import socket
from typing import Any

from wizard.host.people import is_ordinary
from wizard.host.tcp_table import TABLES, listened, maker

LOOPBACK = "127.0.0.1"


def place(host: str, port: int) -> Any:
    """Return what `socket.create_connection` takes for a host and port. For text it would load the codec of IDNA, which
    takes five milliseconds, and which says nothing about a name of ASCII."""
    return (host.encode() if host.isascii() else host, port)


def connected(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to a port. Where nobody listens at the loopback address, it is one to the address of this
    machine where somebody does: a site may have a `listen` with an address. Raises `OSError`."""
    try:
        return socket.create_connection(place(address, port), seconds)
    except ConnectionRefusedError:
        other = listened_at(port) if address == LOOPBACK else ""
        if not other:
            raise
        return socket.create_connection(place(other, port), seconds)


def listened_at(port: int) -> str:
    """Return an address of IPv4 at which a port is listened on by no ordinary account, which might do so in the place
    of what should; "" if there is none."""
    bound = (one for one in listened(TABLES[0]) if one.port == port and not is_ordinary(one.uid))
    return next((one.address for one in bound), "")


def answers_for_another(connection: socket.socket) -> bool:
    """Whether who takes a connection on this machine is an ordinary account: then it is handed no secret."""
    address, port = connection.getpeername()[:2]
    uid = maker(address, port)
    return uid is not None and is_ordinary(uid)
