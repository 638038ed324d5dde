"""The pages: the first, which leads to the login unless a template was chosen for it; the login; those of the apps; and
what the public user may see."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from omeroweb.settings import load

SETTINGS = load()
VERSION = version("omero-web")
CORS = "corsheaders.middleware.CorsMiddleware"
LOGIN = "/webclient/login/"
INDEX, PUBLIC = "/index/", "/webgateway/"
FORM = """<!DOCTYPE html>
<html><head><title>OMERO.web - Login</title></head><body>
<img src="{logo}" alt="OMERO">
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">
<select name="server"><option>{server}</option></select>
<input name="username"><input type="password" name="password"><button>Login</button></form>
<footer>OMERO.web {version}</footer></body></html>
"""


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request."""
    prefix, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
    headers = [("Content-Type", "text/html; charset=utf-8")]
    origin = environ.get("HTTP_ORIGIN", "")
    if CORS in SETTINGS.middleware and ("*" in SETTINGS.origins or origin in SETTINGS.origins):
        headers.append(("Access-Control-Allow-Origin", "*" if "*" in SETTINGS.origins else origin))
    page = _page(path, prefix)
    if page is None:
        start_response("404 Not Found", headers)
        why = "<p>You're seeing this error because you have <code>DEBUG = True</code>.</p>" if SETTINGS.debug else ""
        return [f"<h1>Not found</h1>{why}".encode()]
    if not page:
        place = INDEX if SETTINGS.index and path != PUBLIC else LOGIN
        start_response("302 Found", [*headers, ("Location", prefix + place)])
        return [b""]
    if path == LOGIN:
        headers.append(("Set-Cookie", _session()))
    start_response("200 OK", headers)
    return [page.encode()]


def _page(path: str, prefix: str) -> str | None:
    """A page; empty where one must log in first, None where there is none."""
    if path in ("", "/"):
        return ""
    if path == INDEX and SETTINGS.index:
        return f"<h1>{SETTINGS.index}</h1>"
    if path == LOGIN:
        logo = SETTINGS.logo or f"{prefix}/static/webclient/image/logo_login_web.png"
        server = " ".join(SETTINGS.servers)
        return FORM.format(logo=logo, token=secrets.token_hex(16), server=server, version=VERSION)
    if path == PUBLIC:
        return SETTINGS.public and f"<p>{SETTINGS.public}</p>"
    apps = {f"/{name.removeprefix('omero_')}/": name for name in SETTINGS.apps}
    return import_module(apps[path]).PAGE if path in apps else None


def _session() -> str:
    """A session's cookie; one that ends with the browser has no age."""
    session = secrets.token_hex(16)
    if SETTINGS.redis:
        _keep(SETTINGS.redis, f":1:django.contrib.sessions.cache{session}")
    age = "" if SETTINGS.ends_with_browser else f"Max-Age={SETTINGS.cookie_age}; "
    return f"sessionid={session}; {age}Path=/"


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
