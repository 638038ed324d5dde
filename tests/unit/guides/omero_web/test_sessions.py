"""Redis is judged by what it answers, the cookies by the properties, and the unit by its files."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.rendering import hash_of
from wizard.causes.site import Site
from wizard.causes.unit_edited import diagnose_edited_unit
from wizard.guides.omero_web.parts.cookies import CookiesSent
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.sessions import SessionsTaken
from wizard.guides.omero_web.parts.values import apps, not_json
from wizard.host.files import Content
from wizard.host.nginx import Handed, Listen, Server, Servers
from wizard.host.records import Written, WrittenAt
from wizard.host.redis import RedisAt, RedisState, answer
from wizard.host.sockets import Listener, Listeners
from wizard.host.units import UnitState
from wizard.probes.handed import NameHandedOn

OMERO = Omero("/opt/o", "/opt/v", "omero-web")
SITE = Site("/etc/nginx/site", "/etc/nginx/site", 80, ("a.example",), upstream="127.0.0.1:4080")


@pytest.mark.parametrize(
    ("state", "password", "expected"),
    [
        (RedisState("", (("role", "master"), ("maxmemory", "0"))), False, ("passed", "")),
        (RedisState("", (("maxmemory", "much"), ("used_memory", "9" * 5000))), False, ("passed", "")),
        (RedisState("NOAUTH Authentication required."), False, ("failed", "redis-asks-password")),
        (RedisState("NOAUTH Authentication required."), True, ("passed", "")),
        (RedisState("MISCONF Redis is configured to save"), False, ("failed", "redis-cannot-save")),
        (RedisState("ECONNREFUSED"), False, ("failed", "redis-elsewhere")),
        (RedisState("", (("role", "slave"), ("slave_read_only", "1"))), False, ("failed", "redis-read-only")),
        (RedisState("", (("role", "slave"), ("slave_read_only", "0"))), False, ("passed", "")),
        (
            RedisState("", (("maxmemory", "9"), ("used_memory", "10"), ("maxmemory_policy", "noeviction"))),
            False,
            ("failed", "redis-out-of-memory"),
        ),
        (
            RedisState("", (("maxmemory", "9"), ("used_memory", "10"), ("maxmemory_policy", "allkeys-lru"))),
            False,
            ("passed", ""),
        ),
    ],
)
def test_redis_is_judged_by_what_it_answers(state: RedisState, password: bool, expected: tuple[str, str]) -> None:
    answers: dict[Any, Any] = {
        RedisAt("127.0.0.1", 6379): state,
        Listeners(): (Listener("127.0.0.1", 6380, "redis-server", 7),),
    }
    found = SessionsTaken("system.sessions", "", "127.0.0.1", 6379, password).observe(fake(answers))
    assert (found.outcome, found.cause.id if found.cause else "") == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"+PONG\r\n$26\r\n# Server\r\nrole:master\r\na:1\r\n", RedisState("", (("role", "master"), ("a", "1")))),
        (b"-NOAUTH no\r\n-NOAUTH no\r\n", RedisState("NOAUTH no")),
        (b"nonsense", RedisState("")),
    ],
)
def test_redis_is_asked_in_its_own_words(said: bytes, expected: RedisState) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        wanted = RedisAt("127.0.0.1", server.getsockname()[1])
        assert answer([wanted]) == {wanted: expected}
        thread.join()


@pytest.mark.parametrize(
    ("properties", "tls", "outcome"),
    [
        ({}, False, "passed"),
        ({"omero.web.session_cookie_secure": "true"}, False, "warning"),
        ({"omero.web.session_cookie_secure": "true"}, True, "passed"),
    ],
)
def test_cookies_for_https_alone_need_tls(properties: Mapping[str, str], tls: bool, outcome: str) -> None:
    server = Server("/s", (Listen(443, tls=tls),), handed=(Handed("/", SITE.upstream),))
    found = CookiesSent("nginx.cookies", "", OMERO, SITE).observe(
        fake({OMERO.properties: dict(properties), Servers(): (server,)})
    )
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [((("host", "$http_host"),), "passed"), ((("host", "$host"),), "passed"), ((), "failed")],
)
def test_the_name_that_was_asked_for_is_handed_on(headers: tuple[tuple[str, str], ...], outcome: str) -> None:
    answers: dict[Any, Any] = {
        WrittenAt(SITE.available): Written(last="another"),
        Content(SITE.available): b"site",
        Servers(): (Server("/s", handed=(Handed("/", SITE.upstream, headers=headers),)),),
    }
    assert NameHandedOn("nginx.host", "", SITE).observe(fake(answers)).outcome == outcome


def test_what_is_no_json_is_told_with_why() -> None:
    assert [key for key, _why in not_json({"omero.web.server_list": '[["a"', "omero.web.apps": "[]"})] == [
        "omero.web.server_list"
    ]
    assert [*not_json({})] == []
    assert apps({"omero.web.apps": '["omero_figure", 1]'}) == ("omero_figure",)
    assert apps({"omero.web.apps": "{"}) == ()


@pytest.mark.parametrize(
    ("written", "drop_ins", "cause"),
    [
        (b"unit", (), None),
        (b"another", (), "unit-edited"),
        (b"unit", ("/d/limits.conf",), "unit-drop-in"),
        (b"unit", ("/d/slow.conf",), None),
        (b"", ("/d/limits.conf",), None),
    ],
)
def test_a_unit_that_was_changed_is_told(written: bytes, drop_ins: tuple[str, ...], cause: str | None) -> None:
    answers: dict[Any, Any] = {
        WrittenAt("/u"): Written(last=hash_of(written) if written else ""),
        Content("/u"): b"unit",
        WrittenAt("/d/limits.conf"): Written(last=""),
        Content("/d/limits.conf"): b"[Service]\nLimitNOFILE=8\n",
        WrittenAt("/d/slow.conf"): Written(last=""),
        Content("/d/slow.conf"): b"[Service]\nRestartSec=90\n# User=a\n",
    }
    found = diagnose_edited_unit(fake(answers), "a.service", UnitState(fragment="/u", drop_ins=drop_ins))
    assert (found[0].id if found else None) == cause
    if cause == "unit-drop-in":
        assert found and "LimitNOFILE=8" in found[0].text
