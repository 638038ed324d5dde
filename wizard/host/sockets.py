"""Readings of listening sockets and the processes that own them."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.values import Value
from wizard.host.processes import process
from wizard.host.reading import Host, Reading


class Listener(Value):
    """A listening socket: its TCP `port` (0 for a Unix socket), `address` or path, and the program and PID that own it
    ("" and 0 if this user may not see them)."""

    address: str
    port: int
    program: str = ""
    pid: int = 0
    user: str = ""


class Listeners(Reading["tuple[Listener, ...]"]):
    """Every listening TCP socket and every named Unix socket."""

    family: ClassVar[str] = "sockets"
    nothing: ClassVar[tuple[Listener, ...]] = ()


def held_by_another(host: Host, port: int, programs: tuple[str, ...]) -> Listener | None:
    """Return the listener on a TCP port that is none of these programs; None if this user can see no such one."""
    for one in host.get(Listeners()):
        if one.port == port and one.program not in ("", *programs):
            return one
    return None


class Connection(Reading["str"]):
    """The result of connecting: "" on success, otherwise the errno's name, such as `ECONNREFUSED`, `ENOENT` or
    `ETIMEDOUT` (`ENAME`: the name does not resolve). `port` 0: a Unix socket at `address`."""

    family: ClassVar[str] = "connections"
    nothing: ClassVar[str] = "ECONNREFUSED"
    address: str
    port: int = 0


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Listeners`, enumerating sockets once."""
    import psutil

    found = []
    for connection in psutil.net_connections("all"):
        tcp = connection.type == socket.SOCK_STREAM and connection.status == psutil.CONN_LISTEN
        unix = connection.family == socket.AF_UNIX and bool(connection.laddr)
        if not (tcp or unix):
            continue
        owner = process(connection.pid) if connection.pid else None
        place: Any = connection.laddr
        found.append(
            Listener(
                address=str(place) if unix else place.ip,
                port=0 if unix else place.port,
                program=owner.name if owner else "",
                pid=connection.pid or 0,
                user=owner.user if owner else "",
            )
        )
    return dict.fromkeys(readings, tuple(found))


def connect(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Connection` readings, with a timeout of two seconds each."""
    return {reading: _try(reading) for reading in readings if isinstance(reading, Connection)}


def _try(wanted: Connection) -> str:
    import errno

    family = socket.AF_INET if wanted.port else socket.AF_UNIX
    where: Any = (wanted.address, wanted.port) if wanted.port else wanted.address
    try:
        if wanted.port:
            socket.create_connection(where, timeout=2).close()
        else:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(2)
                probe.connect(where)
    except socket.gaierror:
        return "ENAME"
    except TimeoutError:
        return "ETIMEDOUT"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "EIO")
    return ""
