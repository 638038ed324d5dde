"""From a bare machine to a live BiomAid, as a new user takes it there, and what holds afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.machine.biomaid import (
    ACCOUNT_PASSWORD,
    ANSWERS,
    BINDS,
    INSTANCE,
    apply,
    changes,
    findings,
    finished_layer,
    jalon,
    ready_layer,
    red,
    verify,
)
from tests.machine.machine import Machine

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Walk:
    """One machine that was walked from bare to live, and what was seen on the way."""

    machine: Machine
    before: str
    after_plan: str
    plan_status: int
    plan: dict[str, Any]
    events: list[dict[str, Any]]


def _fingerprint(machine: Machine) -> str:
    """Everything that a plan might touch: /etc, the homes, the package manager's state, accounts."""
    script = (
        "find /etc /home /srv /var/lib/dpkg /var/lib/apt /var/backups /var/spool /usr/local /root -xdev"
        " ! -path '*/__pycache__*' -printf '%p %y %m %u %g %s %T@\\n' | sort | sha256sum"
    )
    return machine.sh(script).stdout


@pytest.fixture(scope="module", params=["bookworm"])
def walk(request: pytest.FixtureRequest, machines: None) -> Iterator[Walk]:
    with Machine.up(layer=ready_layer(request.param), binds=BINDS) as machine:
        before = _fingerprint(machine)
        planned = jalon(machine, "plan", "biomaid", "--answers", ANSWERS, "--format", "json")
        after = _fingerprint(machine)
        events = apply(machine)
        yield Walk(machine, before, after, planned.returncode, json.loads(planned.stdout), events)


def test_a_plan_on_a_bare_machine_exits_2_and_changes_nothing(walk: Walk) -> None:
    assert walk.plan_status == 2
    assert walk.plan["changes"] > 30
    assert walk.before == walk.after_plan


def test_what_was_planned_is_what_was_applied_in_order(walk: Walk) -> None:
    planned = [f"{change['kind']} {change['subject']}" for step in walk.plan["steps"] for change in step["changes"]]
    assert changes(walk.events) == planned


def test_nobody_listens_at_nginx_and_the_page_is_there_after_service(walk: Walk) -> None:
    seen = {one["id"]: one for one in walk.events if one["event"] == "probe"}
    assert seen["nginx.waiting"]["outcome"] == "passed"
    assert "HTTP 502, nobody listens" in seen["nginx.waiting"]["evidence"]
    assert seen["service.page"]["outcome"] == "passed"
    assert "HTTP 200, text/html" in seen["service.page"]["evidence"]


def test_every_finding_of_the_run_was_green(walk: Walk) -> None:
    outcomes = {one["id"]: one["outcome"] for one in walk.events if one["event"] == "probe"}
    assert set(outcomes.values()) <= {"passed", "warning"}
    assert walk.events[-1]["outcome"] == "done"


def test_a_second_apply_makes_not_one_change(walk: Walk) -> None:
    events = apply(walk.machine)
    assert changes(events) == []
    assert events[-1] == {**events[-1], "outcome": "done", "changes": 0}


def test_after_a_reboot_everything_holds(walk: Walk) -> None:
    walk.machine.reboot()
    status, report = verify(walk.machine)
    assert (status, red(report)) == (0, {})
    assert len(findings(report)) > 50


def test_trials_hold(walk: Walk) -> None:
    status, report = verify(walk.machine, "--trials")
    assert (status, red(report)) == (0, {})
    trials = [one for one in findings(report).values() if one["trial"]]
    assert len(trials) == 8
    assert all(one["when"] for one in trials)


def test_it_serves_from_outside(walk: Walk) -> None:
    machine = walk.machine
    status, kind, body = machine.fetch("/static/local/Logo%20BiomAid.png", host="serveur")
    assert (status, kind, body[:8]) == (200, "image/png", PNG)
    for hole in ("/biomaid/instance_settings.py", "/static../biomaid/instance_settings.py"):
        status, _kind, body = machine.fetch(hole, host="serveur")
        assert status != 200
        assert b"SECRET_KEY" not in body
    assert machine.fetch("/", host="another.example")[0] == 400


def test_the_first_account_is_really_in_the_database(walk: Walk) -> None:
    sql = "SELECT username, is_superuser FROM common_user"
    done = walk.machine.run("psql", "-XAt", f"{INSTANCE}_db", "-c", sql, user="postgres")
    assert done.stdout.splitlines() == ["admin|t"]
    assert ACCOUNT_PASSWORD not in json.dumps(walk.events)


def test_an_ordinary_user_may_verify_what_is_open_to_all(walk: Walk) -> None:
    machine = walk.machine
    machine.sh("id tech >/dev/null 2>&1 || useradd -m tech")
    done = machine.run("/opt/jalon checkout/jalon", "verify", "biomaid", "--format", "json", user="tech", check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 77, red(report)
    assert not [one for one in findings(report).values() if one["outcome"] in ("failed", "crashed")]
    assert findings(report)["nginx.logo"]["outcome"] == "passed"
    assert findings(report)["service.page"]["outcome"] == "passed"
    assert findings(report)["database.login"]["outcome"] == "unknown"


def test_a_changed_answer_changes_what_depends_on_it_and_nothing_else(walk: Walk) -> None:
    events = apply(walk.machine, "--set", "workers=3")
    assert changes(events) == [
        f"FileWritten /home/{INSTANCE}/biomaid/instance_config.toml",
        f"UnitRestarted biomaid-instance@{INSTANCE}.service",
    ]
    assert changes(apply(walk.machine, "--set", "workers=2"))[-1].startswith("UnitRestarted")


def test_an_update_moves_the_branch_and_what_follows_from_it(walk: Walk) -> None:
    machine = walk.machine
    script = (
        "cd /srv/biomaid.git && git -c safe.directory=* checkout -q stable && echo more >>README.md &&"
        " git -c safe.directory=* -c user.name=x -c user.email=x@example.org commit -qam more &&"
        " git -c safe.directory=* rev-parse HEAD && git -c safe.directory=* checkout -q main"
    )
    commit = machine.sh(script).stdout.strip()
    assert changes(apply(machine)) == [], "a branch that moved upstream is not followed by itself"
    done = changes(apply(machine, "--update"))
    assert done[0] == f"CheckedOut /home/{INSTANCE}/biomaid"
    assert done[-1] == f"UnitRestarted biomaid-instance@{INSTANCE}.service"
    head = machine.run("git", "-C", f"/home/{INSTANCE}/biomaid", "rev-parse", "HEAD", user=INSTANCE).stdout.strip()
    assert head == commit
    assert changes(apply(machine)) == []


def test_trial_data_comes_beside_the_first_account(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=finished_layer(), binds=BINDS)
    events = apply(machine, "--set", "demo_data=true")
    # The first account of the trial data has the number of ours, and takes its place.
    assert changes(events) == ["FixtureLoaded fixtures/tests_db.json", "AccountCreated admin"]
    done = machine.run(
        "psql", "-XAt", f"{INSTANCE}_db", "-c", "SELECT username FROM common_user WHERE is_superuser", user="postgres"
    )
    assert sorted(done.stdout.split()) == ["admin", "root"]
    status, report = verify(machine, "--only", "service", "--trials")
    assert (status, red(report)) == (0, {})
    assert changes(apply(machine)) == []
