"""What an instance shares a host with: another instance, and another program on port 80."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.machine.biomaid import (
    ANSWERS_TEXT,
    BINDS,
    INSTANCE,
    JALON,
    changes,
    findings,
    packaged_layer,
    ready_layer,
    red,
    summary,
)
from tests.machine.machine import Machine
from tests.machine.test_undo import Snapshot, differences, snapshot, undo

OTHER = "autre"
TEMPLATE = "/etc/systemd/system/biomaid-instance@.service"
DEFAULT = "/etc/nginx/sites-enabled/default"


def applied(machine: Machine, instance: str, *words: str) -> list[str]:
    """Applies an instance; the changes that it took."""
    answers = f"/root/{instance}.toml"
    machine.write(answers, ANSWERS_TEXT.replace(f'"{INSTANCE}"', f'"{instance}"'), mode=0o600)
    line = (JALON, "apply", "biomaid", "--answers", answers, "--yes", "--format", "json", *words)
    done = machine.run(*line, check=False, timeout=1200)
    events = [json.loads(one) for one in done.stdout.splitlines()]
    assert done.returncode == 0, summary(events) + done.stderr[-2000:]
    return changes(events)


def reds(machine: Machine, instance: str) -> tuple[int, dict[str, str]]:
    """The exit status of a verification, and what is not green."""
    done = machine.run(JALON, "verify", "biomaid", "--instance", instance, "--format", "json", check=False)
    return done.returncode, red(json.loads(done.stdout))


@dataclass
class Shared:
    """A host that two instances share, and how it was seen after each of them was undone."""

    machine: Machine
    etc: dict[str, Snapshot] = field(default_factory=dict)
    second: list[str] = field(default_factory=list)
    seen: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    left: str = ""
    kept: dict[str, bool] = field(default_factory=dict)


@pytest.fixture(scope="module")
def shared(machines: None) -> Iterator[Shared]:
    with Machine.up(layer=packaged_layer(), binds=BINDS) as machine:
        one = Shared(machine)
        one.etc["packages"] = snapshot(machine)
        applied(machine, INSTANCE)
        one.second = applied(machine, OTHER, "--set", "http_port=8081")
        one.seen = {name: reds(machine, name) for name in (INSTANCE, OTHER)}
        done = undo(machine, "--instance", INSTANCE)
        one.left = done.stdout + done.stderr
        one.kept = {path: machine.exists(path) for path in (TEMPLATE, DEFAULT)}
        one.seen["alone"] = reds(machine, OTHER)
        undo(machine, "--instance", OTHER)
        one.etc["undone"] = snapshot(machine)
        yield one


def test_the_second_takes_what_the_first_brought(shared: Shared) -> None:
    assert f"FileWritten {TEMPLATE}" not in shared.second
    assert f"FileRemoved {DEFAULT}" not in shared.second
    assert shared.seen[INSTANCE] == shared.seen[OTHER] == (0, {})


def test_undoing_the_first_leaves_what_the_second_uses_and_says_so(shared: Shared) -> None:
    assert shared.kept == {TEMPLATE: True, DEFAULT: False}
    assert f"left for {OTHER}: write {TEMPLATE}" in shared.left
    assert f"left for {OTHER}: remove {DEFAULT}" in shared.left
    assert shared.seen["alone"] == (0, {})


def test_undoing_the_last_takes_back_what_both_have_left(shared: Shared) -> None:
    assert differences(shared.etc["packages"], shared.etc["undone"]) == {}
    assert "Welcome to nginx" in shared.machine.fetch("/")[2].decode(errors="replace")


def test_another_program_may_keep_port_80(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=ready_layer(), binds=BINDS)
    machine.sh("systemd-run -q --unit=held -p WorkingDirectory=/srv python3 -m http.server 80; sleep 1")
    machine.write(f"/root/{INSTANCE}.toml", ANSWERS_TEXT, mode=0o600)
    words = ("biomaid", "--answers", f"/root/{INSTANCE}.toml", "--set", "http_port=8081")
    plan = json.loads(machine.run(JALON, "plan", *words, "--format", "json", check=False).stdout)
    planned = [f"{change['kind']} {change['subject']}" for step in plan["steps"] for change in step["changes"]]
    assert applied(machine, INSTANCE, "--set", "http_port=8081") == planned
    assert planned.index(f"FileRemoved {DEFAULT}") < planned.index("UnitStarted nginx.service")
    machine.reboot()
    machine.sh("systemd-run -q --unit=held -p WorkingDirectory=/srv python3 -m http.server 80; sleep 1")
    done = machine.run(JALON, "verify", "biomaid", "--format", "json", check=False)
    report = json.loads(done.stdout)
    assert (done.returncode, red(report)) == (0, {})
    assert "nginx listens on 0.0.0.0:8081" in findings(report)["nginx.port"]["evidence"]
    assert "biomaid.git" in machine.fetch("/")[2].decode()
    undo(machine)
    assert machine.run("readlink", DEFAULT).stdout.strip() == "/etc/nginx/sites-available/default"
