"""What OMERO.web takes from its properties, with its defaults."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from omero.config import folder, read

DJANGO = (
    "django.middleware.common.BrokenLinkEmailsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
SERVERS = '[["localhost", 4064, "omero"]]'
LISTS = {
    "omero.web.middleware": [{"index": number, "class": name} for number, name in enumerate(DJANGO, 1)],
    "omero.web.apps": [],
}


@dataclass(frozen=True)
class Settings:
    """What counts for a start and for a page."""

    host: str
    port: int
    workers: int
    prefix: str
    arguments: str
    middleware: tuple[str, ...]
    origins: tuple[str, ...]
    redis: str
    cookie_age: int
    ends_with_browser: bool
    apps: tuple[str, ...]
    servers: tuple[str, ...]
    logo: str
    index: str
    public: str
    debug: bool


def load() -> Settings:
    """Reads them; what cannot be read, and a log that cannot be written, ends whatever asked."""
    found = read()
    with (folder() / "var/log/OMEROweb.log").open("a") as log:
        log.write("INFO: configuration read\n")
    listed = json.loads(found["omero.web.middleware"]) if "omero.web.middleware" in found else []

    def truth(key: str, default: bool = False) -> bool:
        return found.get(f"omero.web.{key}", str(default)).lower() == "true"

    everywhere = truth("cors_origin_allow_all")
    public = {key: found.get(f"omero.web.public.{key}", "") for key in ("user", "password")}
    cached = found.get("omero.web.session_engine", "").endswith(".cache")
    caches = json.loads(found.get("omero.web.caches", "{}"))
    digest = hashlib.sha256(public["password"].encode()).hexdigest()
    return Settings(
        host=found.get("omero.web.application_server.host", "127.0.0.1"),
        port=int(found.get("omero.web.application_server.port", "4080")),
        workers=int(found.get("omero.web.wsgi_workers", "5")),
        prefix=found.get("omero.web.prefix", ""),
        arguments=found.get("omero.web.wsgi_args", ""),
        middleware=tuple(one["class"] for one in listed or LISTS["omero.web.middleware"]),
        origins=("*",) if everywhere else tuple(json.loads(found.get("omero.web.cors_origin_whitelist", "[]"))),
        redis=caches["default"]["LOCATION"] if cached else "",
        cookie_age=int(found.get("omero.web.session_cookie_age", "86400")),
        ends_with_browser=truth("session_expire_at_browser_close", True),
        apps=tuple(json.loads(found.get("omero.web.apps", "[]"))),
        servers=tuple(f"{one[0]}:{one[1]}" for one in json.loads(found.get("omero.web.server_list", SERVERS))),
        logo=found.get("omero.web.login_logo", ""),
        index=found.get("omero.web.index_template", ""),
        public=" ".join((public["user"], digest)) if truth("public.enabled") else "",
        debug=truth("debug"),
    )
