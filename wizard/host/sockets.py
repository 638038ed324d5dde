"""Readings of listening sockets and the processes that own them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from threading import Thread
from typing import Any, ClassVar

from wizard.base.values import Value
from wizard.host.files import user_name
from wizard.host.people import is_ordinary
from wizard.host.processes import Process, process
from wizard.host.reading import Host, Reading
from wizard.host.socket_holders import holders
from wizard.host.tcp_table import TABLES, Bound, listened

SERVICES = frozenset({"nginx", "postgres"})

TOGETHER = 4.0


class Listener(Value):
    """A listening socket: its TCP `port`, `address`, and the program, PID and user that own it ("" and 0 if this user
    may not see them). A program has the name that it gives itself: `ordinary` is whether an ordinary account made the
    socket, and so neither root nor a service of the system."""

    address: str
    port: int
    program: str = ""
    pid: int = 0
    user: str = ""
    ordinary: bool = False

    def is_among(self, *programs: str) -> bool:
        """Whether it is one of these programs, or may be. What serves the whole system does so for no ordinary account,
        whatever its process calls itself."""
        if self.ordinary and SERVICES.issuperset(programs):
            return False
        return self.program in ("", *programs)


class Listeners(Reading["tuple[Listener, ...]"]):
    """Every listening TCP socket."""

    family: ClassVar[str] = "sockets"
    nothing: ClassVar[tuple[Listener, ...]] = ()


def held_by_another(host: Host, port: int, programs: tuple[str, ...]) -> Listener | None:
    """Return the listener on a TCP port that is none of these programs; None if this user can see no such one."""
    for one in host.get(Listeners()):
        if one.port == port and not one.is_among(*programs):
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
    """Answer `Listeners`, looking once."""
    bound = [one for table in TABLES for one in listened(table)]
    pids = holders(one.inode for one in bound)
    processes = {pid: process(pid) for pid in set(pids.values())}
    found = tuple(_listener(one, processes.get(pids.get(one.inode, 0))) for one in bound)
    return dict.fromkeys(readings, found)


def _listener(one: Bound, owner: Process | None) -> Listener:
    if owner is None:
        return Listener(one.address, one.port, user=user_name(one.uid), ordinary=is_ordinary(one.uid))
    return Listener(one.address, one.port, owner.name, owner.pid, owner.user, is_ordinary(one.uid))


def connect(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Connection` readings, in two seconds each; all that look up a name first, side by side, in `TOGETHER`."""
    wanted = [one for one in readings if isinstance(one, Connection)]
    named = [one for one in wanted if one.port and not _is_number(one.address)]
    found: dict[Reading[Any], Any] = dict.fromkeys(named, "ETIMEDOUT")
    # Looking up a name takes as long as whoever is asked for it likes, and cannot be ended.
    threads = [Thread(target=lambda one=one: found.update({one: _try(one)}), daemon=True) for one in named]
    for thread in threads:
        thread.start()
    found.update({one: _try(one) for one in wanted if one not in found})
    until = time.monotonic() + TOGETHER
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return dict(found)


def _is_number(address: str) -> bool:
    """Whether it is an address, or the name of this machine, which nobody else is asked for."""
    if address == "localhost":
        return True
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, address)
        except (OSError, ValueError):
            continue
        return True
    return False


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
    except (socket.gaierror, UnicodeError):
        return "ENAME"
    except TimeoutError:
        return "ETIMEDOUT"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "EIO")
    except ValueError:  # a name that nothing can have
        return "EINVAL"
    return ""
