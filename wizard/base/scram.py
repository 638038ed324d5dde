"""PostgreSQL's SCRAM-SHA-256: verifiers (RFC 5803), computed on the client so that the server cannot log a password,
and the client's side of a login (RFC 5802, 7677)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

ITERATIONS = 4096
# The owner of a role chooses the number: a thousand million would keep a client busy for minutes.
ITERATIONS_AT_MOST = 200_000


def verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """Return the verifier that `CREATE ROLE ... PASSWORD` accepts instead of the password; the salt is random unless
    given."""
    salt = salt or os.urandom(16)
    stored, server = _keys(password, salt, iterations)
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored)}:{_text(server)}"


def matches(password: str, kept: str) -> bool:
    """Whether a verifier stored by the server belongs to the password; false for another kind of hash."""
    try:
        method, parameters, keys = kept.split("$")
        iterations, salt = parameters.split(":")
        stored, _server = _keys(password, base64.b64decode(salt), int(iterations))
    except ValueError:
        return False
    return method == "SCRAM-SHA-256" and hmac.compare_digest(_text(stored), keys.split(":")[0])


class Exchange:
    """One login: what the client says, and whether the server proved that it knows the password's verifier."""

    def __init__(self, password: str, nonce: str = "", user: str = "") -> None:
        """PostgreSQL knows the `user` already, and looks at no other here; the `nonce` is random unless given."""
        self._password = password
        self._nonce = nonce or _text(os.urandom(24))
        self._opening = f"n={user},r={self._nonce}"
        self._proof = b""

    @property
    def first(self) -> str:
        """The first message, without channel binding."""
        return f"n,,{self._opening}"

    def answer(self, challenge: str) -> str:
        """Return the second message. Raises `ValueError` for a challenge that is none, or that costs too much."""
        parts = dict(part.split("=", 1) for part in challenge.split(","))
        nonce, rounds = parts.get("r", ""), int(parts.get("i", "0"))
        if not nonce.startswith(self._nonce) or not 0 < rounds <= ITERATIONS_AT_MOST:
            raise ValueError(challenge[:80])
        salt = base64.b64decode(parts.get("s", ""), validate=True)
        closing = f"c=biws,r={nonce}"
        signed = f"{self._opening},{challenge},{closing}".encode()
        salted = hashlib.pbkdf2_hmac("sha256", _prepared(self._password).encode(), salt, rounds)
        client = hmac.digest(salted, b"Client Key", "sha256")
        mask = hmac.digest(hashlib.sha256(client).digest(), signed, "sha256")
        self._proof = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
        return f"{closing},p={_text(bytes(one ^ other for one, other in zip(client, mask, strict=True)))}"

    def proven(self, last: str) -> bool:
        """Whether the server's last message proves that it knows the verifier."""
        return bool(self._proof) and hmac.compare_digest(last.encode(), f"v={_text(self._proof)}".encode())


def _keys(password: str, salt: bytes, iterations: int) -> tuple[bytes, bytes]:
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password).encode(), salt, iterations)
    client = hmac.digest(salted, b"Client Key", "sha256")
    return hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")


def _prepared(password: str) -> str:
    if password.isascii():
        return password
    from wizard.base.saslprep import prepared

    return prepared(password)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
