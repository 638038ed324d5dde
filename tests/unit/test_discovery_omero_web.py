"""The OMERO.web that somebody installed by hand, and the answers that its host gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wizard.answers.found import Found
from wizard.base.secret import Secret
from wizard.guides.omero_web.discovery import discover
from wizard.guides.omero_web.parts.properties import OmeroProperties
from wizard.host.bare import BareHost
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.facts import Facts
from wizard.host.files import Entry, EntryAt
from wizard.host.nginx import Listen, Server, Servers
from wizard.host.overlay import Overlay, Sets
from wizard.host.reading import Reading, Unknown
from wizard.host.units import Unit, UnitState

PLACE = "/etc/systemd/system/omero-web.service"
UNIT = UnitState(
    load="loaded",
    fragment=PLACE,
    settings=(("User", "images"),),
    commands=(("/srv/web/venv/bin/omero", "web", "start"),),
    variables=(("PATH", "/srv/web/venv/bin:/bin:/usr/bin"), ("OMERODIR", "/srv/web/omero")),
)


def found(properties: Any = None, **more: Any) -> Found:
    """What is found on a host with that unit, these properties and whatever else."""
    host = Overlay(BareHost(Facts()))
    there: dict[Reading[Any], Any] = {
        Unit("omero-web.service"): UNIT,
        OmeroProperties("/srv/web/omero"): properties,
        **more.get("host", {}),
    }
    host.lay(Sets(reading, answer) for reading, answer in there.items())
    (one,) = discover(host)
    return one


def test_where_nothing_is_nothing_is_found() -> None:
    assert discover(BareHost(Facts())) == []


def test_a_configuration_without_a_unit_is_one() -> None:
    host = Overlay(BareHost(Facts()))
    host.lay([Sets(OmeroProperties("/opt/omero/web/omero-web"), {"omero.web.prefix": "/a"})])
    (one,) = discover(host)
    assert one.name == "default" and one.answers["prefix"] == "/a"


def test_the_unit_tells_where_it_lies_and_as_whom_it_runs() -> None:
    told = found().detected
    assert {key: told[key].value for key in ("user", "omerodir", "venv")} == {
        "user": "images",
        "omerodir": "/srv/web/omero",
        "venv": "/srv/web/venv",
    }
    assert told["user"].where == PLACE


@pytest.mark.parametrize(
    ("properties", "answers"),
    [
        ({}, {"workers": 5}),
        ({"wsgi_workers": "7", "application_server.port": "4090"}, {"workers": 7, "app_port": 4090}),
        ({"prefix": "/images/"}, {"prefix": "/images"}),
        ({"debug": "True"}, {"debug": True}),
        ({"session_expire_at_browser_close": "False"}, {"session_expire_at_browser_close": False}),
        ({"server_list": '[["images.example.org", 4064, "omero"]]'}, {"omero_server": "images.example.org"}),
        ({"cors_origin_whitelist": '["https://a.example.org"]'}, {"cors_origins": ("https://a.example.org",)}),
        ({"cors_origin_allow_all": "true"}, {"cors_origins": ("*",)}),
        (
            {
                "session_engine": "django.contrib.sessions.backends.cache",
                "caches": json.dumps(
                    {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:6379/1"}}
                ),
            },
            {"session_engine": "redis", "redis_url": "redis://127.0.0.1:6379/1"},
        ),
        ({"public.enabled": "true", "public.user": "guest"}, {"public_user": "guest"}),
        ({"server_list": "none of it", "caches": "[", "wsgi_workers": "many"}, {"workers": 5}),
    ],
)
def test_a_property_is_an_answer(properties: dict[str, str], answers: dict[str, Any]) -> None:
    one = found({f"omero.web.{key}": value for key, value in properties.items()})
    assert {key: one.answers.get(key) for key in answers} == answers


def test_a_password_is_a_secret() -> None:
    one = found({"omero.web.public.enabled": "true", "omero.web.public.password": "geheim"})
    assert one.secrets == {"public_password": "geheim"}
    assert isinstance(one.detected["public_password"].value, Secret) and "geheim" not in repr(one)


def test_its_site_is_the_one_that_hands_on_to_its_port() -> None:
    link, site = "/etc/nginx/sites-enabled/pictures", "/etc/nginx/sites-available/pictures"
    servers = (
        Server("/etc/nginx/sites-enabled/other", names=("other",), proxied=(("/", "127.0.0.1:9000"),)),
        Server(link, (Listen(8080),), ("pictures.example.org", "_"), proxied=(("@proxy", "127.0.0.1:4080"),)),
    )
    one = found({}, host={Servers(): servers, EntryAt(link): Entry("link", target="../sites-available/pictures")})
    assert (one.answers["http_port"], one.answers["server_name"]) == (8080, "pictures.example.org")
    assert one.answers["site"] == site


def test_without_one_nginx_is_elsewhere() -> None:
    assert found({}).answers["nginx_here"] is False


def test_its_environment_tells_the_python_and_the_apps() -> None:
    modules = {"omero-web": "5.33.2", "omero-figure": "7.0", "omero-iviewer": "0.14"}
    one = found({}, host={EnvironmentAt("/srv/web/venv"): Environment("3.10.13", "/opt/python/bin", modules)})
    assert one.answers["python"] == "/opt/python/bin/python3.10"
    assert one.answers["apps"] == ("figure", "iviewer")


def test_what_cannot_be_an_answer_keeps_its_default_and_says_why() -> None:
    one = found({"omero.web.wsgi_args": "--x $(reboot)"})
    assert "wsgi_args" not in one.answers and "cannot be an answer" in one.undetected["wsgi_args"]


def test_what_this_user_may_not_read_is_said() -> None:
    one = found(Unknown("only root may look there", "root"))
    assert one.undetected["workers"] == "only root may look there"
