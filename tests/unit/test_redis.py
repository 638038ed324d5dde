"""What answers at the port of a Redis, whatever that is, is borne."""

from __future__ import annotations

import socket
from threading import Thread

import pytest

from wizard.host import http
from wizard.host.http import Get
from wizard.host.redis import RedisAt, RedisState, answer
from wizard.host.sockets import Connection, connect

INFO = b"# Server\r\nredis_version:7.0.15\r\nrole:master\r\n"


@pytest.mark.parametrize(
    ("said", "error", "info"),
    [
        (b"+PONG\r\n$%d\r\n%b\r\n" % (len(INFO), INFO), "", {"redis_version": "7.0.15", "role": "master"}),
        (b"-NOAUTH Authentication required.\r\n", "NOAUTH Authentication required.", {}),
        (b"+PONG\r\n$-1\r\n", "", {}),
        (b"+PONG\r\n$" + b"9" * 5000 + b"\r\n", "", {}),
        ("+PONG\r\n$\u0661\u0662\r\n".encode(), "", {}),
        (b"\xff\x00\r\n", "", {}),
        (b"", "", {}),
    ],
)
def test_whatever_it_says(said: bytes, error: str, info: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as one:
                one.recv(100)
                one.sendall(said)

        thread = Thread(target=serve)
        thread.start()
        wanted = RedisAt("127.0.0.1", server.getsockname()[1])
        found = answer([wanted])[wanted]
        thread.join()
    assert isinstance(found, RedisState)
    assert (found.error, dict(found.info)) == (error, info)


@pytest.mark.parametrize("name", ["a" * 70, "x\0y", "..", "\ud800"])
def test_a_name_that_there_cannot_be_is_no_fault(name: str) -> None:
    wanted, place, page = RedisAt(name, 6379), Connection(name, 6379), Get("/", address=name)
    assert answer([wanted])[wanted].error
    assert connect([place])[place]
    assert http.answer([page])[page].error
