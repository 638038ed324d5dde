"""Readings of a supervisord (supervisord.org) through XML-RPC on its Unix socket, as `supervisorctl` does."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value, field
from wizard.host.processes import Process, process_tree, start_time
from wizard.host.reading import Reading, Unknown

LATE_IMPORTS = ("http.client", "psutil", "xml.parsers.expat", "xmlrpc.client")
MOST = 4 * 2**20
"""Bytes of an answer."""
MOST_PROGRAMS = 500
LONGEST = 200


class Program(Value):
    """A supervised program. `state` is `RUNNING`, `STARTING`, `BACKOFF`, `STOPPED`, `EXITED` or `FATAL`; `started` in
    seconds since the epoch; `says` is supervisord's description or error; `processes` include descendants."""

    state: str = "STOPPED"
    pid: int = 0
    started: float = 0.0
    says: str = ""
    processes: tuple[Process, ...] = ()


class SupervisorState(Value):
    """A running supervisord, and its programs by name; `started` in seconds since the epoch."""

    pid: int = 0
    started: float = 0.0
    programs: Mapping[str, Program] = field(default_factory=dict)


class Supervised(Reading["SupervisorState | None"]):
    """The state of the supervisord on a socket; None if none answers."""

    family: ClassVar[str] = "supervisor"
    socket: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Supervised`."""
    return {one: _state(one.socket) for one in readings if isinstance(one, Supervised)}


def _state(path: str) -> Any:
    import xmlrpc.client
    from http.client import HTTPException

    calls = ("supervisor.getPID", "supervisor.getAllProcessInfo")
    asked = xmlrpc.client.dumps(([{"methodName": name, "params": []} for name in calls],), "system.multicall")
    try:
        answered = _post(path, asked.encode())
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            return Unknown(_("this user may not connect to {path}").format(path=path), needs="root")
        return None
    except HTTPException as error:
        return Unknown(f"{path}: {str(error)[:LONGEST]}")
    return understood(path, answered)


def understood(path: str, answered: bytes) -> SupervisorState | Unknown:
    """Return what an answer says. Whoever listens there may say anything."""
    import xmlrpc.client
    from xml.parsers.expat import ExpatError

    try:
        answers: Any = xmlrpc.client.loads(answered)[0][0]
        pid, programs = _number(answers[0]), answers[1][:MOST_PROGRAMS]
        return SupervisorState(pid, start_time(pid), {str(one["name"]): _program(one) for one in programs})
    except (
        xmlrpc.client.Error,
        ExpatError,
        ArithmeticError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        return Unknown(f"{path}: {str(error)[:LONGEST]}")


def _number(said: Any) -> int:
    """A process ID, or 0; raises `ValueError` for what is none."""
    if isinstance(said, int) and 0 <= said < 2**31:
        return said
    raise ValueError(_("no number of a process"))


def _post(path: str, body: bytes) -> bytes:
    from http.client import HTTPConnection

    connection = HTTPConnection("localhost", timeout=10)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.sock.settimeout(10)
        connection.sock.connect(path)
        connection.request("POST", "/RPC2", body, {"Content-Type": "text/xml"})
        return connection.getresponse().read(MOST)
    finally:
        connection.close()


def _program(one: Mapping[str, Any]) -> Program:
    pid = _number(one["pid"])
    return Program(
        state=str(one["statename"]),
        pid=pid,
        started=start_time(pid) if pid else 0.0,
        says=str(one["spawnerr"] or one["description"]),
        processes=process_tree(pid) if pid else (),
    )
