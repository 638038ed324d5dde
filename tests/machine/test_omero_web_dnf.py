"""All of OMERO.web's guide, carried out with the real dnf on a machine that says it is Rocky Linux 9.

Its nginx, cron and Redis are real programs in Red Hat's layout; OMERO.web is the stand-in. SELinux is off there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, changes, findings, red
from tests.machine.machine import Machine
from tests.machine.omero_web import ANSWERS, FOLDER, LOGIN, LOGO, USER, VENV, apply, jalon, verify
from tests.machine.rpms import red_hat_layer
from tests.machine.servers import NGINX_CONF, WELCOME
from tests.machine.test_undo import Snapshot, differences, snapshot

CONF, SITE, UNIT = "/etc/nginx/nginx.conf", "/etc/nginx/conf.d/omeroweb.conf", "omero-web.service"
PACKAGES = ("unzip", "python3", "cronie", "nginx", "redis")
UNITS = ("crond.service", "nginx.service", "redis.service")
STATE = "/var/lib/jalon/omero-web/default"
# Each machine's own.
OWN = "/etc/machine-id"
Report = tuple[int, dict[str, Any]]


@dataclass(repr=False)
class Walk:
    """One machine that was walked from bare to live and back, and what was seen on the way."""

    plan: tuple[int, list[str]]
    changed_by_plan: dict[str, tuple[object, object]]
    events: list[dict[str, Any]]
    again: list[str]
    verified: Report
    tried: Report
    unit: tuple[str, str]
    pages: dict[str, tuple[int, str]]
    by_address: list[tuple[int, str]]
    conf: str
    kept: list[str]
    crontab: list[str]
    spool: str
    mended: dict[str, tuple[dict[str, str], Report]] = field(default_factory=dict)
    undone: Snapshot = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


BREAKS = {
    "default": f"sed -i 's/; # default_server;/ default_server;/' {CONF}",
    "folder": f"chmod 0700 {FOLDER}/var/static",
    "site": f"rm {SITE}",
}


def _seen(machine: Machine, path: str, port: int = 80) -> tuple[int, str]:
    """Of a page that is asked for by name, within the machine: OMERO.web's own port is closed to others."""
    script = (
        "import sys, urllib.request\n"
        f"with urllib.request.urlopen('http://localhost:{port}{path}') as page:\n"
        "    print(page.status, page.headers.get_content_type())"
    )
    status, kind = machine.run("python3", "-c", script).stdout.split()
    return int(status), kind


def _mended(machine: Machine, script: str) -> tuple[dict[str, str], Report]:
    """The causes that are named once it is broken so, and how it stands after `fix`, and after what `fix` leaves to
    people was typed."""
    machine.sh(script)
    # What an earlier one left broken is that one's failure.
    machine.run("systemctl", "restart", "nginx.service", check=False)
    causes = {name: one["cause"]["id"] for name, one in _failed(machine).items()}
    done = jalon(machine, "fix", "--yes")
    assert "Traceback" not in done.stderr
    for one in _failed(machine).values():
        machine.sh("; ".join(one["remedy"]["commands"]))
    return causes, verify(machine)


def _failed(machine: Machine) -> dict[str, dict[str, Any]]:
    return {name: one for name, one in findings(verify(machine)[1]).items() if one["outcome"] == "failed"}


def _active(machine: Machine) -> dict[str, str]:
    units = (*UNITS, UNIT)
    return dict(zip(units, machine.run("systemctl", "is-active", *units, check=False).stdout.split(), strict=True))


@pytest.fixture(scope="module")
def walk(machines: None) -> Iterator[Walk]:
    with Machine.up(layer=red_hat_layer(), binds=BINDS) as machine:
        words = ("--answers", ANSWERS, "--set", "session_engine=redis")
        bare = snapshot(machine)
        planned = jalon(machine, "plan", *words, "--format", "json")
        changed = differences(bare, snapshot(machine))
        events, again = apply(machine, *words), changes(apply(machine))
        machine.reboot()
        verified, tried = verify(machine), verify(machine, "--trials")
        checked = machine.run("systemd-analyze", "verify", UNIT)
        one = Walk(
            plan=(
                planned.returncode,
                [
                    f"{each['kind']} {each['subject']}"
                    for step in json.loads(planned.stdout)["steps"]
                    for each in step["changes"]
                ],
            ),
            changed_by_plan=changed,
            events=events,
            again=again,
            verified=verified,
            tried=tried,
            unit=(checked.stdout, checked.stderr),
            pages={
                "direct": _seen(machine, LOGIN, 4080),
                "page": _seen(machine, LOGIN),
                "logo": _seen(machine, LOGO),
            },
            by_address=[(page[0], page[2].decode()) for page in map(machine.fetch, ("/", LOGIN))],
            conf=machine.read(CONF),
            kept=machine.sh(f"cd {STATE}/replaced; cat $(grep -rlF 'user nginx;' .)").stdout.splitlines(),
            crontab=machine.run("crontab", "-l", "-u", USER).stdout.splitlines(),
            spool=machine.run("stat", "-c", "%U %a", f"/var/spool/cron/{USER}").stdout.strip(),
        )
        one.mended = {name: _mended(machine, script) for name, script in BREAKS.items()}
        done = jalon(machine, "undo", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        one.undone = snapshot(machine)
        one.units = _active(machine)
        yield one


def test_a_plan_on_a_bare_machine_exits_2_and_changes_nothing(walk: Walk) -> None:
    assert walk.plan[0] == 2
    assert walk.changed_by_plan == {}


def test_what_was_planned_is_what_was_applied_in_order(walk: Walk) -> None:
    assert changes(walk.events) == walk.plan[1]
    assert f"PackagesInstalled {' '.join(PACKAGES)}" in walk.plan[1]
    assert {f"DefaultServerUnset {CONF}", f"FileWritten {SITE}", f"CrontabLinesAdded {USER}"} < {*walk.plan[1]}


def test_every_checkpoint_is_reached_and_selinux_says_that_it_is_off(walk: Walk) -> None:
    seen = {one["id"]: one for one in walk.events if one["event"] == "probe"}
    assert {one["outcome"] for one in seen.values()} <= {"passed", "warning"}
    assert "HTTP 502 with the maintenance page" in seen["nginx.waiting"]["evidence"]
    for name in ("selinux.booleans", "selinux.port"):
        assert seen[name]["evidence"] == "SELinux is disabled here"


def test_a_second_apply_makes_not_one_change(walk: Walk) -> None:
    assert walk.again == []


def test_after_a_reboot_everything_holds_and_so_do_the_trials(walk: Walk) -> None:
    for status, report in (walk.verified, walk.tried):
        assert (status, red(report)) == (0, {})
    tried = {one["id"] for one in findings(walk.tried[1]).values() if one["trial"] and one["when"]}
    assert tried == {"start.answers", "service.return", "maintenance.clears"}


def test_systemd_has_nothing_to_say_of_the_unit(walk: Walk) -> None:
    assert walk.unit == ("", "")


def test_its_pages_arrive_on_both_ports_and_its_logo_through_nginx(walk: Walk) -> None:
    assert walk.pages == {"direct": (200, "text/html"), "page": (200, "text/html"), "logo": (200, "image/png")}


def test_no_server_of_nginx_is_the_default_and_the_file_as_it_was_is_kept(walk: Walk) -> None:
    assert walk.conf == NGINX_CONF.replace(" default_server;", "; # default_server;")
    assert walk.kept == NGINX_CONF.splitlines()


def test_by_its_address_the_machine_does_not_show_the_distribution_s_page(walk: Walk) -> None:
    assert [status for status, _body in walk.by_address] == [302, 200]
    assert not any(WELCOME in body for _status, body in walk.by_address)


def test_cron_finds_the_line_where_red_hat_keeps_tables(walk: Walk) -> None:
    [line] = walk.crontab
    assert f"{VENV}/bin/omero web clearsessions" in line
    assert walk.spool == f"{USER} 600"


@pytest.mark.parametrize(
    ("broken", "causes"),
    [
        ("default", {"nginx.welcome": "default-site-answers"}),
        (
            "site",
            {"nginx.static": "site-missing", "nginx.welcome": "default-site-answers", "service.page": "site-missing"},
        ),
        ("folder", {"nginx.static": "home-not-traversable"}),
    ],
)
def test_what_breaks_is_named_as_it_is_there_and_mended(walk: Walk, broken: str, causes: dict[str, str]) -> None:
    named, (status, report) = walk.mended[broken]
    assert named == causes
    assert (status, red(report)) == (0, {})


def test_undo_leaves_etc_as_the_packages_brought_it(walk: Walk, new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=red_hat_layer(), binds=BINDS)
    for names in (("epel-release",), PACKAGES):
        machine.run("dnf", "-y", "--setopt=install_weak_deps=False", "install", *names)
    packaged = snapshot(machine)
    assert {path: two for path, two in differences(packaged, walk.undone).items() if path != OWN} == {}
    assert walk.units == _active(machine)
    machine.run("systemctl", "start", "nginx.service")
    assert WELCOME in machine.fetch("/")[2].decode()
