"""`jalon fix` on a machine: several faults at once, what it leaves alone with `--yes`, and what undo makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, findings, finished_layer, jalon, verify
from tests.machine.faults.fault import WORDS
from tests.machine.machine import Machine
from tests.machine.repairs import fix, told

PLACE = "/root/words.sh"


@pytest.fixture
def whole(new_machine: Callable[..., Machine]) -> Machine:
    """A machine with an instance that serves."""
    machine = new_machine(layer=finished_layer(), binds=BINDS)
    machine.write(PLACE, WORDS)
    sh(machine, "served")
    return machine


def sh(machine: Machine, script: str) -> str:
    """Runs a script of the faults."""
    return machine.sh(f". {PLACE}\n{script}", timeout=90).stdout


def named(shown: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The causes of what is red."""
    return {name: one["cause"]["id"] for name, one in shown.items() if one["outcome"] == "failed" and one["cause"]}


def test_two_faults_at_once_are_both_named_and_repaired_in_their_order(whole: Machine) -> None:
    sh(whole, "chmod 0700 $home; mv $home/log $home/away; dies")
    status, report = verify(whole)
    assert status == 1
    found = named(findings(report))
    assert found["user.home"] == "home-not-traversable"
    assert found["service.active"] == "log-folder-missing"
    status, events = fix(whole, yes=True)
    assert status == 0, told(events)
    repaired = [one["probe"] for one in events if one["event"] == "repaired"]
    assert repaired.index("user.home") < repaired.index("code.log") <= len(repaired) - 1
    if "service.active" in repaired:
        assert repaired.index("code.log") < repaired.index("service.active")
    assert {"user.home", "code.log"} <= {one["id"] for one in events[-1]["repaired"]}
    assert not [one for one in events if one["event"] == "question"]
    assert verify(whole)[0] == 0


def test_what_a_person_may_have_wanted_is_left_with_yes_and_said(whole: Machine) -> None:
    sh(whole, "sql 'ALTER ROLE demo_user NOLOGIN'; resite 's#/home/demo/staticfiles/#/home/demo/static/#'; served")
    before = whole.read("/etc/nginx/sites-available/demo.conf")
    status, events = fix(whole, yes=True)
    assert status == 1
    left = {one["id"]: one for one in events[-1]["left"]}
    assert left["database.role"]["cause"]["id"] == "role-cannot-log-in"
    assert left["nginx.logo"]["cause"]["id"] == "alias-wrong"
    assert "edited" in left["nginx.logo"]["because"]
    assert whole.read("/etc/nginx/sites-available/demo.conf") == before
    status, events = fix(whole)
    assert status == 0, told(events)
    assert not [one for one in events[-1]["left"] if one["outcome"] == "failed"]
    again = fix(whole, yes=True)[1]
    assert again[-1]["changes"] == 0, told(again)


def test_undo_takes_back_an_instance_that_was_repaired(whole: Machine) -> None:
    sh(
        whole,
        "rm /etc/nginx/sites-enabled/demo.conf; refreshed; gpasswd -d www-data demo; systemctl disable -q --now $unit",
    )
    status, events = fix(whole, yes=True)
    assert status == 0, told(events)
    done = jalon(whole, "undo", "biomaid", "--yes")
    assert done.returncode == 0, done.stderr
    for path in (
        "/etc/nginx/sites-enabled/demo.conf",
        "/etc/nginx/sites-available/demo.conf",
        "/etc/cron.d/biomaid-backup-demo",
    ):
        assert not whole.exists(path)
    assert "demo" not in whole.sh("id -nG www-data").stdout.split()
    assert whole.sh("systemctl is-active nginx", check=False).stdout.strip() == "active"
