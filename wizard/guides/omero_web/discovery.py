"""The OMERO.web that somebody installed by hand, and its answers, read from the host itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from wizard.api import (
    Detected,
    EnvironmentAt,
    Found,
    Host,
    NginxFaults,
    Secret,
    Servers,
    Unit,
    UnitState,
    Unknown,
    follow_link,
    is_host_name,
    without_invalid,
)
from wizard.guides.omero_web.names import UNIT
from wizard.guides.omero_web.parts.properties import OmeroProperties
from wizard.guides.omero_web.questions import questions

MINOR = re.compile(r"3\.[0-9]{1,2}")

NAME = "default"
"""A host has one."""
WEB = "omero.web."


def discover(host: Host) -> Sequence[Found]:
    """The one that has a unit, or a configuration where the document puts it."""
    detected: dict[str, Detected] = {}
    unit = host.read(Unit(UNIT))
    if not isinstance(unit, Unknown) and unit.fragment:
        _unit(unit, detected)
    folder = detected["omerodir"].value if "omerodir" in detected else "/opt/omero/web/omero-web"
    reading = OmeroProperties(folder)
    properties = host.read(reading)
    if "omerodir" not in detected and not isinstance(properties, Mapping):
        return []
    undetected: dict[str, str] = {}
    if isinstance(properties, Unknown):
        undetected = dict.fromkeys(("app_port", "prefix", "workers"), properties.why)
    else:
        _properties(properties or {}, reading.file, detected)
    _environment(host, detected)
    _site(host, detected, undetected)
    return [without_invalid(Found(NAME, detected, undetected), questions(), host.facts)]


def _unit(unit: UnitState, detected: dict[str, Detected]) -> None:
    """As systemd has it, drop-ins included."""
    words = " ".join(" ".join(command) for command in unit.commands)
    program = re.search(r"(?<![^\s\"';&|(])(/[^\s\"';&|(]+)/bin/omero\b", words)
    found = {
        "user": unit.setting("User"),
        "omerodir": dict(unit.variables).get("OMERODIR", ""),
        "venv": program[1] if program else "",
    }
    detected.update({key: Detected(value, unit.fragment) for key, value in found.items() if value})


def _properties(properties: Mapping[str, str], place: str, detected: dict[str, Detected]) -> None:
    """Each answer that a property gives, in the answer's own form."""

    def tell(key: str, value: Any) -> None:
        if value not in (None, "", ()):
            detected[key] = Detected(value, place)

    def of(key: str) -> Any:
        text = properties.get(WEB + key, "")
        try:
            return json.loads(text.lower() if text.lower() in ("true", "false") else text)
        except (ValueError, RecursionError):
            return text

    text = {key: properties.get(WEB + key, "") for key in ("prefix", "application_server.host", "wsgi_args")}
    tell("prefix", text["prefix"].rstrip("/"))
    tell("app_host", text["application_server.host"])
    tell("wsgi_args", text["wsgi_args"])
    for key, name in (
        ("app_port", "application_server.port"),
        ("workers", "wsgi_workers"),
        ("session_cookie_age", "session_cookie_age"),
    ):
        tell(key, of(name) if isinstance(of(name), int) else None)
    # What is not set is as OMERO.web has it, and not as Jalon would choose it.
    detected.setdefault("workers", Detected(5, place))
    tell("debug", of("debug") is True or None)
    if of("session_expire_at_browser_close") is False:
        detected["session_expire_at_browser_close"] = Detected(False, place)
    tell("login_logo", properties.get(WEB + "login_logo"))
    tell("index_template", properties.get(WEB + "index_template"))
    servers = of("server_list")
    if isinstance(servers, list) and servers and isinstance(servers[0], list) and servers[0]:
        tell("omero_server", str(servers[0][0]))
    origins = of("cors_origin_whitelist")
    tell("cors_origins", ("*",) if of("cors_origin_allow_all") is True else tuple(origins or ()))
    caches = of("caches")
    default = caches.get("default", {}) if isinstance(caches, dict) else {}
    if str(of("session_engine")).endswith("backends.cache") and "edis" in str(default.get("BACKEND", "")):
        tell("session_engine", "redis")
        tell("redis_url", str(default.get("LOCATION", "")))
    if of("public.enabled") is True:
        tell("public_user", properties.get(WEB + "public.user"))
        tell("public_password", Secret("public_password", properties.get(WEB + "public.password", "")))


def _environment(host: Host, detected: dict[str, Detected]) -> None:
    venv = detected["venv"].value if "venv" in detected else "/opt/omero/web/venv3"
    found = host.read(EnvironmentAt(venv))
    if found is None or isinstance(found, Unknown):
        return
    place = f"{venv}/pyvenv.cfg"
    minor = ".".join(found.python.split(".")[:2])
    # Who owns the environment writes what it says of itself.
    if MINOR.fullmatch(minor) and minor != host.facts.python and found.home:
        detected["python"] = Detected(f"{found.home}/python{minor}", place)
    apps = sorted(name for name in found.distributions if name in ("omero-figure", "omero-iviewer", "omero-fpbioimage"))
    if apps:
        detected["apps"] = Detected(tuple(name.removeprefix("omero-") for name in apps), venv)


def _site(host: Host, detected: dict[str, Detected], undetected: dict[str, str]) -> None:
    """The server of nginx that hands requests to the application's port."""
    servers = host.read(Servers())
    port = detected["app_port"].value if "app_port" in detected else 4080
    if isinstance(servers, Unknown):
        return
    own = [one for one in servers if any(target.endswith(f":{port}") for _words, target in one.proxied) and one.ports]
    faults = host.read(NginxFaults())
    if not own and faults and not isinstance(faults, Unknown):
        why = "; ".join(f"{one.file}: {one.why}" for one in faults[:3])
        undetected.update(dict.fromkeys(("http_port", "site", "server_name"), why))
        return
    if not own:
        detected["nginx_here"] = Detected(False, "/etc/nginx")
        return
    server = own[0]
    detected["http_port"] = Detected(server.ports[0], server.file)
    detected["site"] = Detected(follow_link(host, server.file), server.file)
    names = [name for name in server.names if is_host_name(name)]
    if names:
        detected["server_name"] = Detected(names[0], server.file)
