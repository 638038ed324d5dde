"""What OMERO.web makes of the text of its properties: which it takes as JSON, and which apps and cookies follow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

AS_JSON = (
    "admins",
    "apps",
    "caches",
    "cors_origin_whitelist",
    "csrf_trusted_origins",
    "django_additional_settings",
    "middleware",
    "open_with",
    "server_list",
    "staticfile_dirs",
    "template_dirs",
    "ui.center_plugins",
    "ui.metadata_panes",
    "ui.right_plugins",
    "ui.top_links",
)
"""Properties below `omero.web.` of which OMERO.web reads the text as JSON, and does not start if it is none
(`omeroweb/settings.py`)."""
LIST = "omero.web.server_list"
Place = tuple[str, int]
"""A host and its port."""
SECURE = ("session_cookie_secure", "csrf_cookie_secure")
"""Those that have browsers send a cookie over https alone."""


HOST = re.compile(r"[A-Za-z0-9._:-]{1,255}")


def not_json(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The properties whose text is no JSON and should be, each with why."""
    for key in (f"omero.web.{name}" for name in AS_JSON):
        try:
            json.loads(properties.get(key) or "null")
        except ValueError as error:
            yield key, str(error)
        except RecursionError:
            yield key, "RecursionError"


def apps(properties: Mapping[str, str]) -> tuple[str, ...]:
    """The modules of the apps that are loaded (`omero_figure`)."""
    return tuple(one for one in _list(properties, "omero.web.apps") if isinstance(one, str))


def servers(properties: Mapping[str, str]) -> tuple[Place, ...]:
    """The OMERO.servers of the list, each once; none where it is no list of servers. A host may be an address of web
    sockets (`wss://...`)."""
    if not properties.get(LIST):
        own = properties.get("omero.master.host") or properties.get("Ice.Default.Host") or "localhost"
        return ((own, 4064),)
    return tuple(dict.fromkeys(place for one in _list(properties, LIST) if (place := _place(one))))


def _place(one: Any) -> Place | None:
    if not isinstance(one, list) or len(one) < 2:
        return None
    host, port = str(one[0]), one[1]
    if "://" in host:
        try:
            parts = urlsplit(host)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else port)
        except ValueError:
            return None
    number = int(port) if isinstance(port, int) or re.fullmatch("[0-9]{1,5}", str(port)) else 0
    return (host, number) if HOST.fullmatch(host) and 0 < number < 65536 else None


def secure_cookies(properties: Mapping[str, str]) -> tuple[str, ...]:
    """The properties that are set so that a cookie goes over https alone."""
    wanted = (f"omero.web.{name}" for name in SECURE)
    return tuple(key for key in wanted if properties.get(key, "").lower() in ("true", "1", "yes", "on", "t", "y"))


def _list(properties: Mapping[str, str], key: str) -> list[Any]:
    try:
        found = json.loads(properties.get(key) or "[]")
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
