"""An answer that drips is over by its deadline."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from wizard.host import http
from wizard.host.http import Get, Response, answer
from wizard.probes.trials.browser import Browser


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that never ends its answer, and never lets a timeout of the socket pass either."""
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
            while not over.wait(0.05):
                connection.sendall(b"<p>")

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _address = listening.accept()
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        over.set()


def test_a_reading_of_a_page_ends(dripping: int) -> None:
    asked = Get("/", port=dripping, deadline=0.5)
    assert answer([asked])[asked].error == "ETIMEDOUT"


def test_those_that_come_late_wait_less(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def once(_wanted: Get, _path: str, seconds: float) -> Response:
        given.append(seconds)
        return Response(error="ETIMEDOUT")

    monkeypatch.setattr(http, "_once", once)
    answer([Get("/", deadline=9.0)])
    assert given == [9.0]
    monkeypatch.setattr(http, "TOGETHER", 0.0)
    answer([Get("/", deadline=9.0), Get("/short", deadline=1.0)])
    assert given[1:] == [http.BRIEFLY, 1.0]


@pytest.mark.parametrize("late", [Response(error="ETIMEDOUT"), Response(error="ECONNRESET"), Response(status=504)])
def test_what_must_be_certain_is_asked_once_more_beside_the_others(
    late: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, list[float]] = {"/a": [], "/b": [], "/c": []}
    together = threading.Barrier(2, timeout=30)

    def once(wanted: Get, path: str, seconds: float) -> Response:
        given[path].append(seconds)
        if len(given[path]) == 1:
            return late
        together.wait()
        return Response(status=404)

    monkeypatch.setattr(http, "_once", once)
    asked = [Get("/a", again=7.0), Get("/b"), Get("/c", again=7.0)]
    answers = answer(asked)
    assert [answers[one].status for one in asked] == [404, late.status, 404]
    assert {path: [round(one) for one in seconds[1:]] for path, seconds in given.items()} == {
        "/a": [7],
        "/b": [],
        "/c": [7],
    }


def test_after_one_that_is_late_the_others_are_asked_beside_each_other(dripping: int) -> None:
    asked = [Get(f"/{number}", port=dripping, deadline=0.4) for number in range(http.AT_ONCE + 1)]
    began = time.monotonic()
    answers = answer(asked)
    assert [answers[one].error for one in asked] == ["ETIMEDOUT"] * len(asked)
    assert time.monotonic() - began < 0.4 * len(asked) / 2


def test_a_browser_ends(dripping: int) -> None:
    with pytest.raises(TimeoutError):
        Browser("localhost", dripping, deadline=0.5).get("/")
