"""What OMERO.web makes of the text of its properties: which it takes as JSON, and which apps and cookies follow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

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
SECURE = ("session_cookie_secure", "csrf_cookie_secure")
"""Those that have browsers send a cookie over https alone."""


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
