"""Readings over HTTP: GET requests that follow no redirect unless told to."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Thread
from typing import Any, BinaryIO, ClassVar

from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.host.deadline_socket import with_deadline
from wizard.host.reaching import connected
from wizard.host.reading import Reading

MOST = 4 * 1024 * 1024
LONGEST = 65536
MOST_HEADERS, MOST_HEAD = 200, 2**18
"""Of one response; and how many bytes they may have. nginx itself takes 8 KiB from an application."""
# In seconds: requests that are asked together may take so long; each that is left then, at most the second. Once one
# was not answered in time, those that are left are asked so many beside each other, and may take the third together.
TOGETHER, BRIEFLY, BESIDE = 30.0, 2.0, 5.0
AT_ONCE = 8


class Response(Value):
    """A response. `error` is why there is none (`ECONNREFUSED`, `ETIMEDOUT`, ...), `status` is then 0; `path` is the
    one requested last; `seconds` the total time; `headers` are the first of each name, in lower case, `cookies` all
    that are set, on the way too. `mark` stands in the request's Referer, and so in nginx's error log."""

    status: int = 0
    type: str = ""
    body: bytes = b""
    location: str = ""
    error: str = ""
    seconds: float = 0.0
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[str, ...] = ()
    mark: str = ""

    @property
    def unanswered(self) -> bool:
        """Whether nobody refused, and nobody answered in time."""
        return self.error in ("ETIMEDOUT", "RemoteDisconnected", "ECONNRESET") or self.status == 504

    def header(self, name: str) -> str:
        """Return a header's value; "" if there is none of that name."""
        return dict(self.headers).get(name.lower(), "")

    def says(self) -> str:
        """Summarise the response in a few words, as evidence."""
        if self.error:
            return _("no answer ({error})").format(error=self.error)
        words = [f"HTTP {self.status}", self.type, _("{size} bytes").format(size=len(self.body))]
        if self.location:
            words.append(_("to {location}").format(location=self.location))
        return ", ".join(word for word in words if word)


class Get(Reading[Response]):
    """A GET request for `path`, sent verbatim, to `port` of `address` with the name `host`.

    At most `follow` redirects are followed, all to the same address, and none to https. `deadline` in seconds per
    request. `by_https`: as a proxy asks that has taken TLS off. `again`: what is not answered in time is asked once
    more, and may then take so many seconds; 0 for not at all.
    """

    family: ClassVar[str] = "http"
    nothing: ClassVar[Response] = Response(error="ECONNREFUSED")
    path: str
    host: str = "localhost"
    port: int = 80
    address: str = "127.0.0.1"
    follow: int = 0
    deadline: float = 10.0
    by_https: bool = False
    again: float = 0.0


def new_mark() -> str:
    """A word for the Referer of a request, which nobody who does not see that request can know."""
    return f"jalon-{os.urandom(8).hex()}"


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Get`, one after the other until one is not answered in time, or time is up. Those
    that come after long waiting wait less than they ask for: an application that never ends an answer is not waited
    for a dozen times, one wait after the other."""
    until = time.monotonic() + TOGETHER
    left = [reading for reading in readings if isinstance(reading, Get)]
    answers: dict[Get, Response] = {}
    while left:
        answers[left[0]] = response = _get(left[0], until)
        del left[0]
        if response.error == "ETIMEDOUT" or time.monotonic() > until:
            break
    answers.update(_beside_each_other(left, BESIDE))
    once_more = [one for one in answers if one.again and answers[one].unanswered]
    patient = {replace(one, deadline=one.again): one for one in once_more}
    asked_again = _beside_each_other(list(patient), max((one.again for one in once_more), default=0.0))
    answers.update({patient[one]: response for one, response in asked_again.items()})
    return dict(answers.items())


def _beside_each_other(wanted: Sequence[Get], seconds: float) -> dict[Get, Response]:
    answers: dict[Get, Response] = {}

    def ask(several: Sequence[Get]) -> None:
        until = time.monotonic() + seconds
        for one in several:
            answers[one] = _get(one, until)

    threads = [Thread(target=ask, args=(wanted[start::AT_ONCE],)) for start in range(min(AT_ONCE, len(wanted)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _get(wanted: Get, until: float) -> Response:
    began = time.monotonic()
    path, response = wanted.path, Response()
    cookies: tuple[str, ...] = ()
    for _hop in range(wanted.follow + 1):
        response = _once(wanted, path, min(wanted.deadline, max(BRIEFLY, until - time.monotonic())))
        cookies += response.cookies
        # Where there is no TLS, as here, nothing follows from what stands there.
        if not response.location or (response.location.startswith("https://") and not wanted.by_https):
            break
        leads = _path_of(response.location, path)
        if not leads:
            break
        path = leads
    return replace(response, seconds=time.monotonic() - began, path=path, cookies=cookies)


def _once(wanted: Get, path: str, seconds: float) -> Response:
    # http.client imports ssl and email, which takes longer than all the requests.
    name = wanted.host if wanted.port == 80 else f"{wanted.host}:{wanted.port}"
    mark = new_mark()
    more = "X-Forwarded-Proto: https\r\n" if wanted.by_https else ""
    more += f"Referer: http://{name}/{mark}\r\n"
    asked = f"GET {path} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: jalon\r\nConnection: close\r\n{more}\r\n"
    try:
        opened = connected(wanted.address, wanted.port, seconds)
        with with_deadline(opened, seconds) as connection:
            connection.sendall(asked.encode())
            with connection.makefile("rb") as said:
                return replace(_answered(said), mark=mark)
    except TimeoutError:
        return Response(error="ETIMEDOUT")
    except OSError as error:
        return Response(error=errno.errorcode.get(error.errno or 0, type(error).__name__))
    except ValueError:
        return Response(error="BadStatusLine")


def _answered(said: BinaryIO) -> Response:
    """Parse a response. Raises `ValueError` if it is not HTTP."""
    first = said.readline(LONGEST)
    if not first:
        return Response(error="RemoteDisconnected")
    version, status, *_reason = first.decode("latin-1").split(None, 2)
    if not version.startswith("HTTP/"):
        raise ValueError(version)
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for key, value in _fields(said):
        headers.setdefault(key, value)
        if key == "set-cookie":
            cookies.append(value)
    body = _chunks(said) if headers.get("transfer-encoding", "").lower() == "chunked" else _body(said, headers)
    return Response(
        status=int(status),
        type=headers.get("content-type", "").split(";")[0].strip(),
        body=body,
        location=headers.get("location", ""),
        headers=tuple(headers.items()),
        cookies=tuple(cookies),
    )


def _fields(said: BinaryIO) -> Iterator[tuple[str, str]]:
    """Yield the names, in lower case, and values of the headers. Raises `ValueError` for more than anybody needs."""
    left = MOST_HEAD
    for _number in range(MOST_HEADERS):
        line = said.readline(LONGEST)
        if line in (b"\r\n", b"\n", b""):
            return
        left -= len(line)
        if left < 0:
            break
        key, _colon, value = line.decode("latin-1").partition(":")
        yield key.strip().lower(), value.strip()
    raise ValueError("headers")


def _body(said: BinaryIO, headers: Mapping[str, str]) -> bytes:
    return said.read(min(MOST, _size(headers.get("content-length", str(MOST)), 10)))


def _chunks(said: BinaryIO) -> bytes:
    """Read a body in chunked transfer coding (RFC 9112, 7.1)."""
    body = bytearray()
    while len(body) < MOST and (size := _size(said.readline(LONGEST).split(b";")[0].decode("latin-1"), 16)):
        body += said.read(min(size, MOST))
        said.readline(LONGEST)
    return bytes(body[:MOST])


def _size(text: str, base: int) -> int:
    """A number of bytes. Raises `ValueError` for what is none: a negative one would mean all that ever comes."""
    size = int(text, base)
    if size < 0:
        raise ValueError(text[:20])
    return size


def _path_of(location: str, path: str) -> str:
    """The path that a redirect leads to; "" where it leads nowhere."""
    from urllib.parse import urljoin, urlsplit

    try:
        target = urlsplit(urljoin(f"http://host{path}", location))
    except ValueError:
        return ""
    return target.path + (f"?{target.query}" if target.query else "")
