"""Logging in to PostgreSQL over its own protocol: what a server may say, and what it may not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from wizard.base.scram import ITERATIONS_AT_MOST, Exchange, verifier
from wizard.base.secret import Secret
from wizard.host import inside, postgresql_protocol
from wizard.host.logins import login
from wizard.host.postgresql import ClusterState, Database, Inside, Login, LoginResult
from wizard.host.postgresql_protocol import METHOD, Refused, session
from wizard.host.reading import Unknown

PASSWORD = Secret("db_password", "pärchen:secret")


class TestExchange:
    def test_the_example_of_rfc_7677(self) -> None:
        exchange = Exchange("pencil", "rOprNGfwEbeRWgbNEkqO", "user")
        nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        second = exchange.answer(f"r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
        assert second == f"c=biws,r={nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

    @pytest.mark.parametrize(
        "challenge",
        [
            "",
            "nonsense",
            "r=another,s=W22Z,i=4096",
            f"r=abc,s=W22Z,i={ITERATIONS_AT_MOST + 1}",
            "r=abc,s=W22Z,i=0",
            "r=abc,s=W22Z,i=" + "9" * 5000,
            "r=abc,s=?,i=4096",
        ],
    )
    def test_what_is_no_challenge_is_not_answered(self, challenge: str) -> None:
        exchange = Exchange("secret", "abc")
        with pytest.raises(ValueError):
            exchange.answer(challenge)

    def test_nothing_is_proven_before_it_is_asked(self) -> None:
        assert not Exchange("secret").proven("v=")


Step = Callable[["Server"], None]


class Server:
    """A server for one login, which says what a test has it say."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def say(self, kind: bytes, body: bytes) -> None:
        self.connection.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def hear(self, head: int = 5) -> bytes:
        start = self.connection.recv(head, socket.MSG_WAITALL)
        [size] = struct.unpack("!i", start[-4:])
        return self.connection.recv(size - 4, socket.MSG_WAITALL) if size > 4 else b""

    def authentication(self, number: int, more: bytes = b"") -> None:
        self.say(b"R", struct.pack("!i", number) + more)

    def scram(self, password: str, *, honest: bool = True) -> None:
        """The server's side, which knows a verifier alone."""
        _method, parameters, keys = verifier(password, b"salt", 4096).split("$")
        self.authentication(10, b"SCRAM-SHA-256\0\0")
        first = self.hear().split(b"\0", 1)[1][4:].decode()
        bare = first.removeprefix("n,,")
        challenge = f"{bare[3:]}server,s={parameters.split(':')[1]},i=4096"
        self.authentication(11, challenge.encode())
        second = self.hear().decode()
        without, _comma, proof = second.rpartition(",p=")
        signed = f"{bare},{challenge},{without}".encode()
        stored, server = (base64.b64decode(part) for part in keys.split(":"))
        mask = hmac.digest(stored, signed, "sha256")
        client = bytes(a ^ b for a, b in zip(mask, base64.b64decode(proof), strict=True))
        assert hashlib.sha256(client).digest() == stored
        proven = base64.b64encode(hmac.digest(server, signed, "sha256")) if honest else b"AAAA"
        self.authentication(12, b"v=" + proven)
        self.authentication(0)


@contextmanager
def served(step: Step, *, times: int = 1) -> Iterator[int]:
    """A port on which a made-up server speaks."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for _time in range(times):
                try:
                    connection, _address = listening.accept()
                    with connection:
                        server = Server(connection)
                        server.hear(4)
                        step(server)
                except (OSError, struct.error, AssertionError):
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]


def asked(step: Step, query: str = "SELECT 1") -> list[postgresql_protocol.Row]:
    with served(step) as port, session("u", PASSWORD, "d", "127.0.0.1", port) as found:
        return found.rows(query)


def ready(server: Server) -> None:
    server.say(b"S", b"server_version\x0015.1\0")
    server.say(b"Z", b"I")


def answers(*rows: tuple[str | None, ...]) -> Step:
    def step(server: Server) -> None:
        server.scram(PASSWORD.reveal())
        ready(server)
        server.hear()
        server.say(b"T", b"\0\0")
        for row in rows:
            columns = (
                struct.pack("!i", -1) if one is None else struct.pack("!i", len(one.encode())) + one.encode()
                for one in row
            )
            server.say(b"D", struct.pack("!H", len(row)) + b"".join(columns))
        ready(server)

    return step


def test_rows_arrive_as_text() -> None:
    assert asked(answers(("a", None), ("é", "1"))) == [("a", None), ("é", "1")]


def test_what_does_not_know_the_password_is_not_believed() -> None:
    def liar(server: Server) -> None:
        server.scram(PASSWORD.reveal(), honest=False)
        ready(server)

    with pytest.raises(Refused, match="does not know"):
        asked(liar)


@pytest.mark.parametrize("number", [3, 2, 7, 9, 99])
def test_the_password_is_never_given_away(number: int) -> None:
    heard: list[bytes] = []

    def wants_it(server: Server) -> None:
        server.authentication(number)
        heard.append(server.connection.recv(100))

    with pytest.raises(Refused) as caught:
        asked(wants_it)
    assert caught.value.code == METHOD
    time.sleep(0.05)
    assert heard in ([], [b""])


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"R\xff\xff\xff\xff",
        b"R\x7f\xff\xff\xff",
        b"R\0\0\0\x05a",
        b"Z\0\0\0\x05I",
        b"",
        b"\0" * 100,
    ],
)
def test_what_is_no_server_raises_nothing_else(said: bytes) -> None:
    with pytest.raises((Refused, OSError)):
        asked(lambda server: server.connection.sendall(said))


def test_one_that_says_too_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_protocol, "BYTES_AT_MOST", 20_000)
    with pytest.raises(Refused, match="more than 20000 bytes"):
        asked(answers(*[("x",)] * 1000))


def test_one_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_protocol, "SECONDS", 0.3)
    # After two seconds it hangs up, which is another error.
    with pytest.raises(TimeoutError):
        asked(lambda server: time.sleep(2))


def test_an_error_leaves_the_session_in_step() -> None:
    def errs(server: Server) -> None:
        server.scram(PASSWORD.reveal())
        ready(server)
        server.hear()
        server.say(b"E", b"SERROR\0C42P01\0Mno such table\0\0")
        ready(server)

    with pytest.raises(Refused, match="ERROR:  no such table") as caught:
        asked(errs)
    assert caught.value.code == "42P01"


def refuses(code: str) -> Step:
    def step(server: Server) -> None:
        server.say(b"E", f"SFATAL\0C{code}\0Mno\0\0".encode())

    return step


class TestInside:
    def inside(self, step: Step, cluster: ClusterState | Unknown | None, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.setattr(inside, "answer", lambda readings: dict.fromkeys(readings, cluster))
        with served(step, times=2) as port:
            wanted = Inside("d", port, "", "u", PASSWORD, "127.0.0.1")
            return inside.inside([wanted])[wanted]

    def test_a_database_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.inside(refuses("3D000"), ClusterState(), monkeypatch) is None

    def test_a_wrong_password_may_mean_that_there_is_no_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        there = ClusterState(databases={"d": Database("u")})
        assert self.inside(refuses("28P01"), ClusterState(), monkeypatch) is None
        found = self.inside(refuses("28P01"), there, monkeypatch)
        assert isinstance(found, Unknown) and "asked as u" in found.why and not found.needs

    @pytest.mark.parametrize("row", [("a",), ("a", "b", "t", "x"), ()])
    def test_another_answer_than_was_asked_for_is_unknown(
        self, row: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def step(server: Server) -> None:
            server.scram(PASSWORD.reveal())
            ready(server)
            while True:
                answered(server, row)

        found = self.inside(step, ClusterState(), monkeypatch)
        assert isinstance(found, Unknown)

    def test_nobody_asks_without_a_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        there = ClusterState(databases={"d": Database("u")})
        for given in (None, Secret("db_password", "")):
            for user in ("", "u"):
                wanted = Inside("d", 1, "", user, given)
                monkeypatch.setattr(inside, "answer", lambda readings: dict.fromkeys(readings, there))
                found = inside.inside([wanted])[wanted]
                assert isinstance(found, Unknown) and "not known here" in found.why

    def test_who_asks_makes_no_other_question_of_it(self) -> None:
        assert Inside("d", 1, "", "u", PASSWORD) == Inside("d", 1) and PASSWORD.reveal() not in repr(
            Inside("d", 1, "", "u", PASSWORD)
        )


def answered(server: Server, row: tuple[str, ...]) -> None:
    server.hear()
    columns = (struct.pack("!i", len(one)) + one.encode() for one in row)
    server.say(b"D", struct.pack("!H", len(row)) + b"".join(columns))
    ready(server)


def test_a_login_that_is_refused_is_told_with_the_server_s_words() -> None:
    with served(refuses("28P01")) as port:
        wanted = Login("u", PASSWORD, "d", "127.0.0.1", port)
        found = login([wanted])[wanted]
    assert isinstance(found, LoginResult) and found.error == "FATAL:  no"


def test_a_way_to_log_in_that_is_not_known_is_not_red() -> None:
    with served(lambda server: server.authentication(3)) as port:
        wanted = Login("u", PASSWORD, "d", "127.0.0.1", port)
        assert isinstance(login([wanted])[wanted], Unknown)


def test_who_owns_the_tables_is_told_where_the_role_may_not_read_them() -> None:
    def step(server: Server) -> None:
        server.scram(PASSWORD.reveal())
        ready(server)
        for row in ((), ("a", "other", "f"), ("t",)):
            server.hear()
            if row:
                answered_with(server, row)
            ready(server)
        server.hear()
        server.say(b"E", b"SERROR\0C42501\0Mpermission denied for table django_migrations\0\0")
        ready(server)

    with served(step, times=2) as port:
        asking = Inside("d", port, "accounts", "u", PASSWORD, "127.0.0.1")
        plain = Inside("d", port, "", "u", PASSWORD, "127.0.0.1")
        found = inside.inside([asking, plain])
    assert isinstance(found[asking], Unknown) and "permission denied" in found[asking].why
    assert found[plain].tables == {"a": "other"} and found[plain].migrations is None


def answered_with(server: Server, row: tuple[str, ...]) -> None:
    columns = (struct.pack("!i", len(one)) + one.encode() for one in row)
    server.say(b"D", struct.pack("!H", len(row)) + b"".join(columns))
