"""The pages: a first one that leads to the login, and the login."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from omeroweb.settings import load

SETTINGS = load()
CORS = "corsheaders.middleware.CorsMiddleware"
LOGIN = "/webclient/login/"
FORM = """<!DOCTYPE html>
<html><head><title>OMERO.web - Login</title></head><body>
<img src="{prefix}/static/webclient/image/logo_login_web.png" alt="OMERO">
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">
<input name="username"><input type="password" name="password"><button>Login</button></form></body></html>
"""


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request."""
    prefix, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
    headers = [("Content-Type", "text/html; charset=utf-8")]
    origin = environ.get("HTTP_ORIGIN", "")
    if CORS in SETTINGS.middleware and ("*" in SETTINGS.origins or origin in SETTINGS.origins):
        headers.append(("Access-Control-Allow-Origin", "*" if "*" in SETTINGS.origins else origin))
    if path in ("", "/"):
        start_response("302 Found", [*headers, ("Location", prefix + LOGIN)])
        return [b""]
    if path != LOGIN:
        start_response("404 Not Found", headers)
        return [b"<h1>Not found</h1>"]
    if SETTINGS.redis:
        session = secrets.token_hex(16)
        _keep(SETTINGS.redis, f":1:django.contrib.sessions.cache{session}")
        headers.append(("Set-Cookie", f"sessionid={session}; Max-Age={SETTINGS.cookie_age}; Path=/"))
    start_response("200 OK", headers)
    return [FORM.format(prefix=prefix, token=secrets.token_hex(16)).encode()]


def _keep(address: str, key: str) -> None:
    """Puts a session into Redis, in Redis's own words."""
    place = urlsplit(address)
    commands = (("SELECT", place.path.strip("/") or "0"), ("SET", key, "{}", "EX", str(SETTINGS.cookie_age)))
    with socket.create_connection((place.hostname or "127.0.0.1", place.port or 6379), timeout=5) as connection:
        for words in commands:
            said = "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
            connection.sendall(f"*{len(words)}\r\n{said}".encode())
            if not connection.recv(1024).startswith(b"+OK"):
                raise RuntimeError("Redis refused")
