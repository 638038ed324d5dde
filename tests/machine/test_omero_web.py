"""From a bare machine to OMERO.web's login page, and what changed answers then touch."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, changes, findings, red
from tests.machine.machine import Machine
from tests.machine.omero_web import (
    ANSWERS,
    FOLDER,
    LOGIN,
    LOGO,
    STANDIN,
    VENV,
    apply,
    jalon,
    packaged_layer,
    real,
    verify,
    why_not_real,
)
from tests.machine.test_undo import differences, snapshot

ORIGIN = "https://www.example.org"
MORE = {"origins": f"cors_origins={ORIGIN}", "prefix": "prefix=/omero", "redis": "session_engine=redis"}
UNIT = "omero-web.service"
# Nobody logs in without an OMERO.server, and no page begins a session before: the application's own engine does.
BEGINS = """
import django
django.setup()
from importlib import import_module
from django.conf import settings
one = import_module(settings.SESSION_ENGINE).SessionStore()
one["seen"] = True
one.save()
print(one.session_key)
"""


@dataclass
class Seen:
    """What is seen of it from outside, below a prefix, and what applying once more changes."""

    page: tuple[int, str]
    picture: tuple[int, str]
    allowed: str
    done: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


@dataclass(repr=False)
class Walk:
    """One machine that was walked from bare to live, and on through other answers; and what was seen on the way."""

    changed_by_plan: bool
    plan_status: int
    plan: dict[str, Any]
    events: list[dict[str, Any]]
    again: list[str]
    verified: tuple[int, dict[str, Any]]
    tried: tuple[int, dict[str, Any]]
    unit: tuple[str, str]
    folder: int
    live: Seen
    later: dict[str, Seen]
    root: int
    sessions: str
    standin: bool


def _fingerprint(machine: Machine) -> str:
    script = (
        "find /etc /home /opt /srv /var/lib/dpkg /var/lib/apt /var/spool /usr/local /root -xdev"
        " ! -path '*/__pycache__*' ! -path '/opt/jalon*' -printf '%p %y %m %u %g %s %T@\\n' | sort | sha256sum"
    )
    return machine.sh(script).stdout


def _seen(machine: Machine, prefix: str = "") -> Seen:
    connection = http.client.HTTPConnection(machine.address, timeout=30)
    try:
        connection.request("GET", prefix + LOGIN, headers={"Host": "localhost", "Origin": ORIGIN})
        allowed = connection.getresponse().headers.get("Access-Control-Allow-Origin", "")
    finally:
        connection.close()
    page, picture = machine.fetch(prefix + LOGIN), machine.fetch(prefix + LOGO)
    return Seen((page[0], page[1].partition(";")[0]), (picture[0], picture[1]), allowed)


def _sessions(machine: Machine, real: bool) -> str:
    """The keys that Redis holds once a session was begun and a page was asked for with it: the stand-in's page begins
    one by itself."""
    session = "a" * 32
    if real:
        env = {"OMERODIR": FOLDER, "DJANGO_SETTINGS_MODULE": "omeroweb.settings"}
        session = machine.run(f"{VENV}/bin/python", "-c", BEGINS, user="omero-web", env=env).stdout.split()[-1]
    connection = http.client.HTTPConnection(machine.address, timeout=30)
    try:
        connection.request("GET", "/omero/webclient/", headers={"Cookie": f"sessionid={session}"})
        connection.getresponse()
    finally:
        connection.close()
    found = machine.sh("redis-cli keys '*'; redis-cli info commandstats | grep -o '^cmdstat_[gs]et:' || true").stdout
    return found.replace(session, "THE-SESSION") if real else found


@pytest.fixture(scope="module", params=["standin", pytest.param("real", marks=pytest.mark.material)])
def walk(request: pytest.FixtureRequest, machines: None) -> Iterator[Walk]:
    if request.param == "real" and (why := why_not_real()):
        pytest.skip(why)
    material = STANDIN if request.param == "standin" else real()
    with material.machine() as machine:
        before = _fingerprint(machine)
        planned = jalon(machine, "plan", "--answers", ANSWERS, "--format", "json")
        changed = _fingerprint(machine) != before
        events = apply(machine, "--answers", ANSWERS)
        again = changes(apply(machine))
        machine.run("rm", ANSWERS)
        machine.reboot()
        verified, tried = verify(machine), verify(machine, "--trials")
        checked = machine.run("systemd-analyze", "verify", UNIT)
        live, later = _seen(machine), {}
        folder = machine.fetch("/static../django.pid")[0]
        for name, words in MORE.items():
            done = changes(apply(machine, "--set", words))
            later[name] = _seen(machine, "" if name == "origins" else "/omero")
            later[name].done, later[name].again = done, changes(apply(machine))
        yield Walk(
            changed_by_plan=changed,
            plan_status=planned.returncode,
            plan=json.loads(planned.stdout),
            events=events,
            again=again,
            verified=verified,
            tried=tried,
            unit=(checked.stdout, checked.stderr),
            folder=folder,
            live=live,
            later=later,
            root=machine.fetch(LOGIN)[0],
            sessions=_sessions(machine, request.param == "real"),
            standin=request.param == "standin",
        )


def test_a_plan_on_a_bare_machine_exits_2_and_changes_nothing(walk: Walk) -> None:
    assert walk.plan_status == 2
    assert walk.plan["changes"] > 20
    assert not walk.changed_by_plan


def test_what_was_planned_is_what_was_applied_in_order(walk: Walk) -> None:
    planned = [f"{change['kind']} {change['subject']}" for step in walk.plan["steps"] for change in step["changes"]]
    assert changes(walk.events) == planned


def test_the_maintenance_page_comes_before_and_the_login_page_after_the_service(walk: Walk) -> None:
    seen = {one["id"]: one for one in walk.events if one["event"] == "probe"}
    assert {one["outcome"] for one in seen.values()} <= {"passed", "warning"}
    assert "HTTP 502 with the maintenance page" in seen["nginx.waiting"]["evidence"]
    for name in ("service.direct", "service.page"):
        assert "HTTP 200, text/html" in seen[name]["evidence"]


def test_a_second_apply_makes_not_one_change(walk: Walk) -> None:
    assert walk.again == []


def test_after_a_reboot_everything_holds_without_an_answers_file(walk: Walk) -> None:
    status, report = walk.verified
    assert (status, red(report)) == (0, {})
    assert len(findings(report)) > 25


def test_trials_hold(walk: Walk) -> None:
    status, report = walk.tried
    assert (status, red(report)) == (0, {})
    tried = {one["id"] for one in findings(report).values() if one["trial"] and one["when"]}
    assert tried == {"start.answers", "service.return", "maintenance.clears"}


def test_systemd_has_nothing_to_say_of_the_unit(walk: Walk) -> None:
    assert walk.unit == ("", "")


def test_it_serves_its_pages_and_statics_and_nothing_beside(walk: Walk) -> None:
    assert walk.live == Seen((200, "text/html"), (200, "image/png"), "")
    assert walk.folder == 404


def test_origins_are_allowed_by_what_depends_on_them_alone(walk: Walk) -> None:
    assert walk.later["origins"].allowed == ORIGIN
    assert [one.partition(" {")[0] for one in walk.later["origins"].done] == [
        "PropertySet omero.web.cors_origin_whitelist",
        *["PropertyListed omero.web.middleware"] * 2,
        f"UnitRestarted {UNIT}",
    ]


def test_a_prefix_moves_pages_and_statics(walk: Walk) -> None:
    assert walk.later["prefix"].page == (200, "text/html")
    assert walk.later["prefix"].picture == (200, "image/png")
    assert walk.root == 404
    assert walk.later["prefix"].done == [
        "PropertySet omero.web.prefix",
        "PropertySet omero.web.static_url",
        f"OmeroStaticsCollected {FOLDER}/var/static",
        "FileWritten /etc/nginx/sites-available/omeroweb",
        "UnitRestarted nginx.service",
        f"UnitRestarted {UNIT}",
    ]


def test_sessions_come_into_redis(walk: Walk) -> None:
    assert "django.contrib.sessions" in walk.sessions, walk.sessions
    assert walk.standin or ("THE-SESSION" in walk.sessions and "cmdstat_get:" in walk.sessions)
    done = walk.later["redis"].done
    assert [one.partition("==")[0].partition(">=")[0] for one in done] == [
        "PackagesInstalled redis-server",
        f"ModulesInstalled {VENV} omero-web[redis]",
        "PropertySet omero.web.session_engine",
        "PropertySet omero.web.caches",
        f"FileWritten /etc/systemd/system/{UNIT}",
        f"ManagerReloaded {UNIT}",
        f"UnitRestarted {UNIT}",
    ]


def test_what_was_changed_is_in_place_afterwards(walk: Walk) -> None:
    assert {name: seen.again for name, seen in walk.later.items()} == {name: [] for name in MORE}
    # Each stays when the next one comes.
    assert walk.later["redis"].allowed == ORIGIN


def test_undo_leaves_etc_as_with_the_packages_alone(machines: None) -> None:
    with Machine.up(layer=packaged_layer(), binds=BINDS) as machine:
        before = snapshot(machine)
        apply(machine, "--answers", ANSWERS, *(word for one in MORE.values() for word in ("--set", one)))
        assert f"/etc/systemd/system/{UNIT}" in differences(before, snapshot(machine))
        done = jalon(machine, "undo", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        assert differences(before, snapshot(machine)) == {}
        assert machine.sh("systemctl is-active nginx redis-server cron").stdout.split() == ["active"] * 3
        assert "Welcome to nginx" in machine.fetch("/")[2].decode()
