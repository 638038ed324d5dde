"""Log in to PostgreSQL and ask it, over its own protocol (version 3), without a program in between.

Whoever asks holds the password in memory alone: in no argument, environment or file. What the server says is bytes
from a stranger: bounded in size and time, and nothing but text comes of it. The password itself is never sent.
"""

from __future__ import annotations

import hashlib
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.base.language import _
from wizard.base.scram import Exchange
from wizard.base.secret import Secret
from wizard.host.reaching import place

Row = tuple[str | None, ...]

SECONDS = 15.0
BYTES_AT_MOST = 16 << 20
# What a message costs beside its bytes: many short rows fill the memory too.
ROW_COSTS = 100
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
VERSION_3 = 196608
METHOD = "method"

# What a client gives at the start outranks what was set for the role or the database (ALTER ROLE ... SET).
OPTIONS = {
    "search_path": "pg_catalog",
    "default_transaction_read_only": "on",
    "statement_timeout": "8000",
    "lock_timeout": "3000",
    "idle_in_transaction_session_timeout": "20000",
}


class Refused(Exception):
    """The server refused a login or a query: its own words, and its code (SQLSTATE; "" for what it did not say,
    `METHOD` for a way to log in that is not known here)."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Session:
    """A session of a role. `rows` asks; every method raises `Refused`, or `OSError` where nothing answers in time."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._socket = connection
        self._until = until
        self._left = BYTES_AT_MOST
        self._read = bytearray()

    def rows(self, query: str) -> list[Row]:
        """Return what a query answers, as text."""
        self._send(b"Q", query.encode() + b"\0")
        found: list[Row] = []
        error: Refused | None = None
        while True:
            kind, body = self._message()
            if kind == b"D":
                found.append(_columns(body))
            elif kind == b"E":
                error = _refusal(body)
            elif kind == b"Z":
                break
            elif kind not in b"TCSNIA":
                raise _stranger()
        if error:
            raise error
        return found

    def log_in(self, user: str, password: Secret, database: str) -> None:
        """Log in with a password."""
        options = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
        given = {"user": user, "database": database, "application_name": "jalon", "client_encoding": "UTF8"}
        words = "".join(f"{name}\0{value}\0" for name, value in {**given, "options": options}.items())
        self._raw(struct.pack("!ii", len(words.encode()) + 9, VERSION_3) + words.encode() + b"\0")
        self._authenticate(user, password)
        while True:
            kind, body = self._message()
            if kind == b"E":
                raise _refusal(body)
            if kind == b"Z":
                return

    def _authenticate(self, user: str, password: Secret) -> None:
        exchange = Exchange(password.reveal())
        proven = True
        while True:
            kind, body = self._message()
            if kind == b"E":
                raise _refusal(body)
            if kind != b"R":
                raise _stranger()
            step = _number(body)
            if step == 0 and proven:
                return
            if step == 10 and b"SCRAM-SHA-256\0" in body[4:]:
                first = exchange.first.encode()
                self._send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
                proven = False
            elif step == 11:
                self._send(b"p", _second(exchange, body[4:]))
            elif step == 12:
                proven = exchange.proven(body[4:].decode(errors="replace"))
            elif step == 5:
                self._send(b"p", _md5(user, password, body[4:8]))
            elif step == 0:
                raise Refused(_("what answers on this port does not know the role's password"))
            else:
                raise Refused(_("it wants the password in clear, or in a way that is not known here"), METHOD)

    def _send(self, kind: bytes, body: bytes) -> None:
        self._raw(kind + struct.pack("!i", len(body) + 4) + body)

    def _raw(self, data: bytes) -> None:
        self._socket.settimeout(self._remaining())
        self._socket.sendall(data)

    def _message(self) -> tuple[bytes, bytes]:
        head = self._exactly(5)
        size = _number(head[1:]) - 4
        if not 0 <= size <= self._left:
            raise Refused(_("it says more than {size} bytes").format(size=BYTES_AT_MOST))
        self._left -= size + ROW_COSTS
        return head[:1], self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            self._socket.settimeout(self._remaining())
            more = self._socket.recv(1 << 16)
            if not more:
                raise ConnectionResetError(_("the server closed the connection"))
            self._read += more
        found = bytes(self._read[:size])
        del self._read[:size]
        return found

    def _remaining(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError(_("no answer within {seconds:g} s").format(seconds=SECONDS))
        return left


@contextmanager
def session(user: str, password: Secret, database: str, host: str, port: int) -> Iterator[Session]:
    """Log in over TCP; encrypted only where the server insists. Raises `Refused`, or `OSError`."""
    until = time.monotonic() + SECONDS
    connection = socket.create_connection(place(host or "localhost", port), timeout=5)
    try:
        try:
            found = Session(connection, until)
            found.log_in(user, password, database)
        except Refused as refused:
            connection.close()
            # No line of pg_hba.conf lets it in like this; one may do so encrypted.
            if refused.code != "28000":
                raise
            connection = socket.create_connection(place(host or "localhost", port), timeout=5)
            connection = _encrypted(connection, refused)
            found = Session(connection, until)
            found.log_in(user, password, database)
        yield found
    finally:
        connection.close()


def _encrypted(connection: socket.socket, refused: Refused) -> socket.socket:
    """Wrap a connection in TLS. Raises `refused` where the server has none."""
    connection.sendall(SSL_REQUEST)
    if connection.recv(1) != b"S":
        connection.close()
        raise refused
    import ssl

    # As psql does by itself: the server is on this machine, and its certificate is of its own making.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection)


def _stranger() -> Refused:
    return Refused(_("it does not speak PostgreSQL's protocol"))


def _second(exchange: Exchange, challenge: bytes) -> bytes:
    try:
        return exchange.answer(challenge.decode()).encode()
    except ValueError:
        raise Refused(_("its challenge is none, or costs too much to answer")) from None


def _md5(user: str, password: Secret, salt: bytes) -> bytes:
    inner = hashlib.md5(password.reveal().encode() + user.encode()).hexdigest()  # noqa: S324 - the protocol's
    return b"md5" + hashlib.md5(inner.encode() + salt).hexdigest().encode() + b"\0"  # noqa: S324


def _number(data: bytes) -> int:
    if len(data) < 4:
        raise _stranger()
    return int(struct.unpack("!i", data[:4])[0])


def _columns(body: bytes) -> Row:
    """Return the columns of a `DataRow`."""
    if len(body) < 2:
        raise _stranger()
    found: list[str | None] = []
    place = 2
    for _each in range(struct.unpack("!H", body[:2])[0]):
        size = _number(body[place : place + 4])
        place += 4
        if size > len(body) - place:
            raise _stranger()
        found.append(None if size < 0 else body[place : place + size].decode(errors="replace"))
        place += max(size, 0)
    return tuple(found)


def _refusal(body: bytes) -> Refused:
    """Return what an `ErrorResponse` says."""
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    severity = fields.get(b"S", "")
    words = fields.get(b"M", "no reason")
    return Refused(f"{severity}:  {words}" if severity else words, fields.get(b"C", ""))
