"""SELinux's booleans and ports, set and read with its real programs in the store of a real policy.

There is no SELinux in the kernel of a test machine: that it enforces is made up, no policy is loaded, and so a boolean
that is on until the next start only, and what `getsebool` says, cannot be had here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, CHECKOUT, changes, findings, summary
from tests.machine.machine import Machine
from tests.machine.selinux import BOOLEANS, ENFORCING, selinux_layer

PYTHON = "/var/lib/jalon/environment/bin/python"
ON = " ".join(f"{name}=1" for name in BOOLEANS)


@pytest.fixture(scope="module")
def machine(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=selinux_layer(), binds=BINDS) as one:
        yield one


@pytest.fixture(autouse=True)
def as_the_policy_has_it(machine: Machine) -> Iterator[None]:
    """What a test said on this host is taken back."""
    yield
    machine.sh("semanage port -D; semanage boolean -D; rm -rf /var/lib/jalon/selinux")


def jalon(machine: Machine, command: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`jalon` with the made-up guide, where SELinux enforces."""
    given = (PYTHON, "-m", "tests.machine.selinux", command, "selinux", *words)
    return machine.run("unshare", "-m", ENFORCING, *given, cwd=CHECKOUT, check=False)


def told(machine: Machine, command: str, *words: str) -> Any:
    """What it prints as JSON: an object, or one a line."""
    done = jalon(machine, command, "--format", "json", *words)
    assert done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()] if command == "apply" else json.loads(done.stdout)


def ports(machine: Machine) -> str:
    """What was said of ports on this host."""
    return machine.run("semanage", "port", "-l", "-n", "-C").stdout


def outcomes(machine: Machine, *words: str) -> dict[str, str]:
    """Of each probe, with the cause where it has one."""
    found = findings(told(machine, "verify", *words))
    return {name: one["cause"]["id"] if one["cause"] else one["outcome"] for name, one in found.items()}


def undo(machine: Machine) -> None:
    done = jalon(machine, "undo", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_planned_is_applied_and_read_back_and_undone(machine: Machine) -> None:
    words = ("--set", "port=4080")
    steps = told(machine, "plan", *words)["steps"]
    planned = [f"{change['kind']} {change['subject']}" for step in steps for change in step["changes"]]
    assert planned == [*(f"BooleanSet {name}" for name in BOOLEANS), "PortLabelled tcp/4080"]
    events = told(machine, "apply", "--yes", *words)
    assert changes(events) == planned, summary(events)
    assert ports(machine).split() == ["http_port_t", "tcp", "4080"]
    assert outcomes(machine) == {"selinux.booleans": "passed", "selinux.port": "passed"}
    assert changes(told(machine, "apply", "--yes")) == []
    undo(machine)
    assert ports(machine) == ""
    assert outcomes(machine, *words) == {"selinux.booleans": "selinux-boolean-off", "selinux.port": "selinux-port-type"}


@pytest.mark.parametrize(
    ("before", "port"),
    [
        pytest.param("true", 8080, id="by the policy"),
        pytest.param("semanage port -a -t ntp_port_t -p tcp 4080", 4080, id="by what was said on this host"),
    ],
)
def test_a_port_of_another_type_is_taken_from_it_and_given_back(before: str, port: int, machine: Machine) -> None:
    machine.sh(f"setsebool -P {ON}; {before}")
    was = ports(machine)
    events = told(machine, "apply", "--yes", "--set", f"port={port}")
    assert changes(events) == [f"PortLabelled tcp/{port}"], summary(events)
    assert ports(machine).split() == ["http_port_t", "tcp", str(port)]
    undo(machine)
    assert ports(machine) == was


def test_what_a_red_line_says_to_type_makes_it_green(machine: Machine) -> None:
    words = ("--set", "port=8080")
    for one in findings(told(machine, "verify", *words)).values():
        assert one["outcome"] == "failed"
        machine.sh("; ".join(one["remedy"]["commands"]))
    assert outcomes(machine, *words) == {"selinux.booleans": "passed", "selinux.port": "passed"}


def test_one_of_a_range_that_was_spoken_of_on_this_host_is_in_the_way(machine: Machine) -> None:
    """The real `semanage` refuses it in words that say nothing, and the policy's own word for a port counts for nothing
    beside such a range."""
    machine.run("semanage", "port", "-a", "-t", "ntp_port_t", "-p", "tcp", "75-85")
    assert machine.run("semanage", "port", "-a", "-t", "http_port_t", "-p", "tcp", "81", check=False).returncode == 1
    was = ports(machine)
    for port in (80, 81):
        done = jalon(machine, "apply", "--yes", "--set", f"port={port}")
        assert done.returncode == 1
        assert f"port {port} is one of 75-85, which somebody gave the type ntp_port_t" in " ".join(done.stderr.split())
    assert ports(machine) == was
