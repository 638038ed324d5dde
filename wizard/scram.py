"""PostgreSQL's SCRAM-SHA-256 verifiers (RFC 5803), made here so that no password reaches the server's log."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

ITERATIONS = 4096


def verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """What `CREATE ROLE ... PASSWORD` takes in place of the password."""
    salt = salt or secrets.token_bytes(16)
    stored, server = _keys(password, salt, iterations)
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored)}:{_text(server)}"


def matches(password: str, kept: str) -> bool:
    """Whether a verifier that the server keeps is that of the password; false for one of another kind."""
    try:
        method, parameters, keys = kept.split("$")
        iterations, salt = parameters.split(":")
        stored, _server = _keys(password, base64.b64decode(salt), int(iterations))
    except ValueError:
        return False
    return method == "SCRAM-SHA-256" and hmac.compare_digest(_text(stored), keys.split(":")[0])


def _keys(password: str, salt: bytes, iterations: int) -> tuple[bytes, bytes]:
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client = hmac.digest(salted, b"Client Key", "sha256")
    return hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
