"""Readings over HTTP: one request, one answer, no redirect followed unless it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from wizard.host.reading import Reading

MOST = 4 * 1024 * 1024


@dataclass(frozen=True)
class Response:
    """An answer: `error` says why there is none (`ECONNREFUSED`, `ETIMEDOUT`, ...) and `status` is then 0."""

    status: int = 0
    type: str = ""
    body: bytes = b""
    location: str = ""
    error: str = ""
    seconds: float = 0.0
    path: str = ""

    def says(self) -> str:
        """The answer in a few words, as evidence."""
        if self.error:
            return f"no answer ({self.error})"
        words = [f"HTTP {self.status}", self.type, f"{len(self.body)} bytes"]
        if self.location:
            words.append(f"to {self.location}")
        return ", ".join(word for word in words if word)


@dataclass(frozen=True)
class Get(Reading[Response]):
    """A GET of `path`, sent as it stands, to a port of `address` under the name `host`.

    `follow` redirects are followed at most, each on the same address.
    """

    family: ClassVar[str] = "http"
    nothing: ClassVar[Response] = Response(error="ECONNREFUSED")
    path: str
    host: str = "localhost"
    port: int = 80
    address: str = "127.0.0.1"
    follow: int = 0
    deadline: float = 10.0


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every page that was asked for, one after the other over one connection a server."""
    import http.client

    connections: dict[tuple[str, int], http.client.HTTPConnection] = {}
    try:
        return {reading: _get(reading, connections) for reading in readings if isinstance(reading, Get)}
    finally:
        for connection in connections.values():
            connection.close()


def _get(wanted: Get, connections: dict[tuple[str, int], Any]) -> Response:
    import time

    began = time.monotonic()
    path, response = wanted.path, Response()
    for _ in range(wanted.follow + 1):
        response = _once(wanted, path, connections)
        if not response.location:
            break
        path = _path_of(response.location, path)
    return Response(
        status=response.status,
        type=response.type,
        body=response.body,
        location=response.location,
        error=response.error,
        seconds=time.monotonic() - began,
        path=path,
    )


def _once(wanted: Get, path: str, connections: dict[tuple[str, int], Any]) -> Response:
    import errno
    import http.client

    place = (wanted.address, wanted.port)
    connection = connections.get(place)
    if connection is None:
        connection = connections[place] = http.client.HTTPConnection(*place, timeout=wanted.deadline)
    name = wanted.host if wanted.port == 80 else f"{wanted.host}:{wanted.port}"
    try:
        connection.request("GET", path, headers={"Host": name, "User-Agent": "jalon"})
        answered = connection.getresponse()
        body = answered.read(MOST)
    except TimeoutError:
        connections.pop(place).close()
        return Response(error="ETIMEDOUT")
    except OSError as error:
        connections.pop(place).close()
        return Response(error=errno.errorcode.get(error.errno or 0, type(error).__name__))
    except http.client.HTTPException as error:
        connections.pop(place).close()
        return Response(error=type(error).__name__)
    if answered.will_close:
        connections.pop(place).close()
    return Response(
        status=answered.status,
        type=(answered.getheader("Content-Type") or "").split(";")[0],
        body=body,
        location=answered.getheader("Location") or "",
    )


def _path_of(location: str, path: str) -> str:
    from urllib.parse import urljoin, urlsplit

    target = urlsplit(urljoin(f"http://host{path}", location))
    return target.path + (f"?{target.query}" if target.query else "")
