"""All of BiomAid's guide, carried out with the real dnf on a machine that says it is Rocky Linux 9.

Its PostgreSQL, nginx and cron are real programs in Red Hat's layout; the code is the stand-in. SELinux is off there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.machine.biomaid import ANSWERS, BINDS, apply, changes, findings, jalon, red, verify
from tests.machine.machine import Machine
from tests.machine.rpms_biomaid import rocky_layer
from tests.machine.test_undo import differences, snapshot

DATA, SITE = "/var/lib/pgsql/data", "/etc/nginx/conf.d/demo.conf"


@dataclass(repr=False)
class Walk:
    """One machine that was walked from bare to live and back, and what was seen on the way."""

    plan: tuple[int, list[str]]
    changed_by_plan: dict[str, tuple[object, object]]
    events: list[dict[str, Any]]
    again: list[str]
    verified: tuple[int, dict[str, Any]]
    tried: tuple[int, dict[str, Any]]
    logo: tuple[int, str]


@pytest.fixture(scope="module")
def walk(machines: None) -> Iterator[Walk]:
    with Machine.up(layer=rocky_layer(), binds=BINDS) as machine:
        bare = snapshot(machine)
        planned = jalon(machine, "plan", "biomaid", "--answers", ANSWERS, "--format", "json")
        steps = json.loads(planned.stdout)["steps"]
        changed = differences(bare, snapshot(machine))
        events = apply(machine)
        again = changes(apply(machine))
        machine.reboot()
        # A machine that is busy starts it after it answers.
        machine.sh("timeout 60 sh -c 'until test -S /home/demo/biomaid.sock; do sleep 0.2; done'")
        verified, tried = verify(machine), verify(machine, "--trials")
        status, kind, _body = machine.fetch("/static/local/Logo%20BiomAid.png")
        done = jalon(machine, "undo", "biomaid", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        yield Walk(
            plan=(planned.returncode, [f"{one['kind']} {one['subject']}" for step in steps for one in step["changes"]]),
            changed_by_plan=changed,
            events=events,
            again=again,
            verified=verified,
            tried=tried,
            logo=(status, kind),
        )


def test_a_plan_on_a_bare_machine_exits_2_and_changes_nothing(walk: Walk) -> None:
    assert walk.plan[0] == 2
    assert walk.changed_by_plan == {}


def test_what_was_planned_is_what_was_applied_in_order(walk: Walk) -> None:
    # Its PostgreSQL is Debian's, which closes the schema itself.
    assert changes(walk.events) == [one for one in walk.plan[1] if one != "SchemaClosed demo_db"]
    assert {f"ClusterMade {DATA}", f"FileWritten {SITE}", "GroupJoined nginx"} < {*walk.plan[1]}


def test_a_second_apply_makes_not_one_change(walk: Walk) -> None:
    assert walk.again == []


def test_after_a_reboot_everything_holds_and_so_do_the_trials(walk: Walk) -> None:
    for status, report in (walk.verified, walk.tried):
        assert red(report) == {}
        assert status == 0
    assert findings(walk.verified[1])["system.packages"]["evidence"] == "11 packages installed"
    assert walk.logo[0] == 200
