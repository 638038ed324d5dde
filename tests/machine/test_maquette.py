"""The practice instance as an ordinary user makes it, where nginx is: from nothing to green, and back to nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, JALON, SOURCE, changes, findings, ready_layer, red, summary
from tests.machine.machine import Machine, layer

USER = "infirmier"
HOME = f"/home/{USER}"
FOLDER = f"{HOME}/biomaid-maquette"
# What the launcher makes for itself, and the one folder.
OWN = (f"{HOME}/.local/share/jalon", FOLDER)


def _prepare(machine: Machine) -> None:
    machine.sh(
        "export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y install --no-install-recommends"
        f" nginx git python3-venv && useradd -m -s /bin/bash {USER}",
        timeout=600,
    )


def _jalon(machine: Machine, *words: str, timeout: float = 600) -> tuple[int, str]:
    done = machine.run(JALON, *words, check=False, user=USER, timeout=timeout)
    return done.returncode, done.stdout or done.stderr


def _apply(machine: Machine, *words: str) -> list[dict[str, Any]]:
    status, said = _jalon(machine, "apply", "maquette", "--yes", "--format", "json", *words)
    events = [json.loads(line) for line in said.splitlines()]
    assert status == 0, summary(events)
    return events


def _verify(machine: Machine, *words: str) -> tuple[int, dict[str, Any]]:
    status, said = _jalon(machine, "verify", "maquette", "--format", "json", *words)
    return status, json.loads(said)


def _outside(machine: Machine) -> str:
    """Every file of that user, and of /etc, that is neither the launcher's nor in the one folder."""
    spared = " ".join(f"-path '{path}' -prune -o" for path in OWN)
    return machine.sh(
        f"find {HOME} /etc /tmp /var/tmp /srv /opt /run/lock -xdev {spared}"
        r" ! -type d -printf '%p %u %m %s %T@\n' | sort"
    ).stdout


def _processes(machine: Machine) -> str:
    return machine.sh(f"ps -u {USER} -o pid=,args= | grep {FOLDER} || true").stdout


@dataclass
class Walk:
    """One machine on which the practice instance was made."""

    machine: Machine
    outside: str
    events: list[dict[str, Any]]
    seconds: float


@pytest.fixture(scope="module")
def walk(machines: None) -> Iterator[Walk]:
    parent = ready_layer()
    made = layer(f"maquette-{parent.rpartition('-')[2]}", _prepare, parent=parent)
    with Machine.up(layer=made, binds=BINDS) as machine:
        before = _outside(machine)
        began = time.monotonic()
        events = _apply(machine)
        yield Walk(machine, before, events, time.monotonic() - began)


class TestFromNothing:
    def test_it_is_green_within_two_minutes(self, walk: Walk) -> None:
        assert walk.events[-1]["outcome"] == "done"
        assert walk.seconds < 120
        status, report = _verify(walk.machine)
        assert status == 0 and report["outcome"] == "passed"
        assert set(red(report)) == {"cron.lines"}

    def test_502_is_seen_and_then_gone(self, walk: Walk) -> None:
        seen = {one["id"]: one for one in walk.events if one["event"] == "probe"}
        assert "HTTP 502" in seen["nginx.waiting"]["evidence"] and seen["nginx.waiting"]["outcome"] == "passed"
        assert seen["service.page"]["outcome"] == "passed"
        _status, report = _verify(walk.machine)
        assert "nginx.waiting" not in findings(report)

    def test_nginx_and_gunicorn_are_that_users(self, walk: Walk) -> None:
        listed = _processes(walk.machine)
        for name in ("supervisord", "nginx.conf", "gunicorn"):
            assert name in listed

    def test_nothing_lies_anywhere_else(self, walk: Walk) -> None:
        assert _outside(walk.machine) == walk.outside

    def test_a_second_time_changes_nothing(self, walk: Walk) -> None:
        assert changes(_apply(walk.machine)) == []

    def test_every_trial_can_be_made_again(self, walk: Walk) -> None:
        status, report = _verify(walk.machine, "--trials")
        assert status == 0, red(report)


FAULTS = {
    "nginx.port": (
        f"{FOLDER}/environment/bin/supervisorctl -c {FOLDER}/etc/supervisord.conf stop nginx",
        f"{FOLDER}/environment/bin/supervisorctl -c {FOLDER}/etc/supervisord.conf start nginx",
        {"nginx.running"},
    ),
    "service": (
        f"{FOLDER}/environment/bin/supervisorctl -c {FOLDER}/etc/supervisord.conf stop biomaid",
        f"{FOLDER}/environment/bin/supervisorctl -c {FOLDER}/etc/supervisord.conf start biomaid; sleep 3",
        {"service.active"},
    ),
    "settings": (
        f"chmod 0644 {FOLDER}/biomaid/instance_settings.py",
        f"chmod 0600 {FOLDER}/biomaid/instance_settings.py",
        {"settings.mode"},
    ),
    "folder": (f"chmod 0755 {FOLDER}", f"chmod 0700 {FOLDER}", {"folder.private"}),
    "hole": (
        f"sed -i 's#location /static/#location /static#' {FOLDER}/etc/nginx.conf;"
        f" {FOLDER}/environment/bin/supervisorctl -c {FOLDER}/etc/supervisord.conf restart nginx; sleep 2",
        f"sed -i 's#location /static {{#location /static/ {{#' {FOLDER}/etc/nginx.conf;"
        f" {FOLDER}/environment/bin/supervisorctl -c {FOLDER}/etc/supervisord.conf restart nginx; sleep 2",
        {"nginx.traversal"},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_broken_is_red(walk: Walk, fault: str) -> None:
    broken, mended, expected = FAULTS[fault]
    walk.machine.run("bash", "-c", broken, user=USER, check=False)
    try:
        status, report = _verify(walk.machine)
    finally:
        walk.machine.run("bash", "-c", mended, user=USER, check=False)
    failed = {name for name, one in findings(report).items() if one["outcome"] == "failed"}
    assert status == 1 and expected <= failed
    assert _verify(walk.machine)[0] == 0


class TestTheEnd:
    def test_undo_stops_what_runs_and_keeps_what_was_made(self, walk: Walk) -> None:
        status, said = _jalon(walk.machine, "undo", "maquette", "--yes", "--format", "json")
        assert status == 0, said
        assert _processes(walk.machine) == ""
        assert walk.machine.exists(f"{FOLDER}/data/biomaid.sqlite3")
        assert not walk.machine.exists(f"{FOLDER}/biomaid/instance_settings.py")

    def test_biomaids_own_repository_and_its_trial_data_work_too(self, walk: Walk) -> None:
        _jalon(walk.machine, "undo", "maquette", "--yes", "--with-data", "--format", "json")
        assert not walk.machine.exists(FOLDER)
        _apply(walk.machine, "--set", f"source={SOURCE}")
        status, report = _verify(walk.machine)
        assert status == 0, red(report)

    def test_removing_the_folder_ends_what_runs_in_it(self, walk: Walk) -> None:
        walk.machine.run("rm", "-rf", FOLDER, user=USER)
        until = time.monotonic() + 20
        while _processes(walk.machine) and time.monotonic() < until:
            time.sleep(1)
        assert _processes(walk.machine) == ""
        assert _outside(walk.machine) == walk.outside
        assert _jalon(walk.machine, "verify", "maquette")[0] == 64
