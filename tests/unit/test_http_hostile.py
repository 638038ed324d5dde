"""Who answers a request may say anything: neither lengths nor addresses that are told are believed."""

from __future__ import annotations

import io
import socket
from http.client import HTTPException
from typing import Any

import pytest

from wizard.host import http
from wizard.host.deadline_socket import with_deadline
from wizard.host.http import Get, Response
from wizard.probes.trials import browser
from wizard.probes.trials.browser import Browser, Page
from wizard.probes.trials.forms import Form

OK = b"HTTP/1.1 200 OK\r\n"
ADDRESSES = ("http://[", "//[::1/..", "http://a]b", "http://h\x00[/")


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Content-Length: -1\r\n\r\n" + b"x" * 100,
        OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 100,
        OK + b"".join(b"a%d: x\r\n" % number for number in range(http.MOST_HEADERS + 1)),
        OK + (b"set-cookie: " + b"x" * 60000 + b"\r\n") * 5,
    ],
)
def test_what_would_be_read_without_end_is_no_answer(said: bytes) -> None:
    with pytest.raises(ValueError, match=r"headers|-1"):
        http._answered(io.BytesIO(said))


def test_a_body_in_many_chunks_is_read() -> None:
    said = OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"2;x=y\r\nab\r\n" * 3 + b"0\r\n\r\n"
    assert http._answered(io.BytesIO(said)).body == b"ababab"


@pytest.mark.parametrize("location", ADDRESSES)
def test_a_redirect_to_no_address_is_where_it_ends(monkeypatch: pytest.MonkeyPatch, location: str) -> None:
    monkeypatch.setattr(http, "_once", lambda *_given: Response(302, location=location))
    found = http._get(Get("/", follow=5), 0.0)
    assert (found.status, found.location, found.path) == (302, location, "/")


@pytest.mark.parametrize("location", [*ADDRESSES, "/\xe9"])
def test_a_browser_says_so(monkeypatch: pytest.MonkeyPatch, location: str) -> None:
    asked: list[str] = []

    def ask(_self: Any, _method: str, path: str, *_more: Any) -> tuple[int, str, str]:
        asked.append(path)
        path.encode("ascii")  # as http.client does
        return 302, location, ""

    monkeypatch.setattr(browser.Browser, "_ask", ask)
    with pytest.raises(HTTPException):
        Browser("localhost", 80).get("/")
    if location in ADDRESSES:
        with pytest.raises(HTTPException):
            Browser("localhost", 80).post(Page(200, "/", ""), Form(location, "post"), {})


def test_a_connection_is_over_after_so_many_bytes() -> None:
    ours, theirs = socket.socketpair()
    with theirs, with_deadline(ours, 5, most=4) as connection, connection.makefile("rb", buffering=4) as said:
        theirs.sendall(b"x" * 100)
        assert said.read(4) == b"xxxx"
        with pytest.raises(OSError, match="too long"):
            said.read(4)
