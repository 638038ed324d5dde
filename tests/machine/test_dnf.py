"""Packages by the real dnf, from a repository of stand-ins, on a machine that says it is Rocky Linux 9."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, CHECKOUT, changes, summary
from tests.machine.machine import Machine
from tests.machine.redhat import NGINX, USER
from tests.machine.rpms import red_hat_layer
from tests.machine.servers import NGINX_CONF
from tests.machine.test_undo import Snapshot, differences, snapshot

PYTHON = "/var/lib/jalon/environment/bin/python"
EXPECTED = [
    "PackagesInstalled epel-release",
    "PackagesInstalled unzip nginx redis",
    f"DefaultServerUnset {NGINX}",
    "UnitEnabled redis.service",
    "UnitStarted redis.service",
    "UnitEnabled nginx.service",
    "UnitStarted nginx.service",
    f"UserCreated {USER}",
    f"ModeSet /home/{USER}",
    "GroupJoined nginx",
    "UnitRestarted nginx.service",
]


def jalon(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    """`jalon` with the made-up guide."""
    return machine.run(PYTHON, "-m", "tests.machine.redhat", *words, cwd=CHECKOUT, check=False)


def applied(machine: Machine, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit status of an application, and its events."""
    done = jalon(machine, "apply", "redhat", "--yes", "--format", "json", *words)
    assert done.stdout, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def planned(machine: Machine) -> list[str]:
    """The changes of a plan."""
    done = jalon(machine, "plan", "redhat", "--format", "json", "--set", "more=")
    assert done.stdout, done.stderr
    found = [change for step in json.loads(done.stdout)["steps"] for change in step["changes"]]
    return [f"{one['kind']} {one['subject']}" for one in found]


@dataclass
class Walked:
    """A machine on which the guide was walked and undone, and what was seen on the way."""

    machine: Machine
    unknown: list[dict[str, Any]] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)
    second: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    installed: set[str] = field(default_factory=set)
    conf: str = ""
    mode: str = ""
    account: str = ""
    verified: dict[str, str] = field(default_factory=dict)
    packaged: Snapshot = field(default_factory=dict)
    undone: Snapshot = field(default_factory=dict)


@pytest.fixture(scope="module")
def walked(machines: None) -> Iterator[Walked]:
    with Machine.up(layer=red_hat_layer(), binds=BINDS) as machine:
        one = Walked(machine)
        status, one.unknown = applied(machine, "--set", "more=nosuch")
        assert status == 1, summary(one.unknown)
        machine.sh("rm -rf /var/lib/jalon/redhat; dnf -y remove epel-release")
        one.plan = planned(machine)
        status, events = applied(machine, "--until", "system", "--set", "more=")
        assert status == 0, summary(events)
        one.first = changes(events)
        one.packaged = snapshot(machine)
        status, events = applied(machine)
        assert status == 0, summary(events)
        one.first += changes(events)
        one.left = planned(machine)
        one.second = changes(applied(machine)[1])
        one.installed = set(machine.run("rpm", "-qa", "--qf", "%{NAME}\\n").stdout.split())
        one.conf = machine.read(NGINX)
        one.mode = machine.run("stat", "-c", "%U:%G %a", NGINX).stdout.strip()
        one.account = machine.sh(f"getent passwd {USER}; id -Gn {USER}; ls -A /home/{USER}").stdout
        report = json.loads(jalon(machine, "verify", "redhat", "--format", "json").stdout)
        one.verified = {probe["id"]: probe["evidence"] for point in report["checkpoints"] for probe in point["probes"]}
        done = jalon(machine, "undo", "redhat", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        one.undone = snapshot(machine)
        yield one


def test_a_package_that_no_repository_has_is_named(walked: Walked) -> None:
    [failure] = [event for event in walked.unknown if event["event"] == "failure"]
    assert failure["text"] == "the repositories of this host have no package nosuch"
    assert "dnf repolist" in failure["remedy"]


def test_what_is_applied_is_what_was_planned(walked: Walked) -> None:
    assert walked.plan == EXPECTED
    assert walked.first == EXPECTED


def test_a_second_time_nothing_changes(walked: Walked) -> None:
    assert (walked.left, walked.second) == ([], [])


def test_they_are_installed_without_what_they_recommend(walked: Walked) -> None:
    assert walked.installed == {"system", "epel-release", "unzip", "nginx", "redis"}
    assert walked.verified["system.packages"] == "4 packages installed"


def test_no_server_of_nginx_is_the_default(walked: Walked) -> None:
    assert walked.conf == NGINX_CONF.replace(" default_server;", "; # default_server;")
    assert walked.mode == "root:root 644"


def test_an_account_is_made_without_debian_s_adduser(walked: Walked) -> None:
    passwd, groups, *files = walked.account.splitlines()
    assert passwd.split(":")[4:] == ["redhat instance", f"/home/{USER}", "/bin/bash"]
    assert groups == USER
    assert ".bashrc" in files
    assert walked.machine.run("getent", "passwd", USER, check=False).returncode == 2
    assert walked.machine.run("stat", "-c", "%U %a", f"/home/{USER}").stdout.strip() == "root 700"


def test_where_selinux_is_absent_it_is_not_asked(walked: Walked) -> None:
    assert walked.verified["selinux.booleans"] == walked.verified["selinux.port"] == "SELinux is disabled here"


def test_an_undo_leaves_etc_as_the_packages_brought_it(walked: Walked) -> None:
    assert differences(walked.packaged, walked.undone) == {}
    assert walked.machine.read(NGINX) == NGINX_CONF
    # It is a new file with the old bytes: rpm has nothing but its time to say.
    assert "..5" not in walked.machine.run("rpm", "-V", "nginx", check=False).stdout
    assert walked.machine.run("systemctl", "is-active", "nginx.service", check=False).stdout.strip() == "inactive"


def test_the_exported_script_does_the_same(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=red_hat_layer(), binds=BINDS)
    script = jalon(machine, "export", "redhat", "--format", "script", "--set", "more=").stdout
    machine.write("/root/install.sh", script)
    done = machine.run("bash", "/root/install.sh", check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert machine.read(NGINX) == NGINX_CONF.replace(" default_server;", "; # default_server;")
    assert machine.read(f"{NGINX}.bak") == NGINX_CONF
    assert planned(machine) == []


@pytest.mark.parametrize("killed", [True, False])
def test_another_dnf_is_waited_for_and_one_that_was_killed_leaves_nothing_half(
    killed: bool, new_machine: Callable[..., Machine]
) -> None:
    machine = new_machine(layer=red_hat_layer(), binds=BINDS)
    # The machine's own shell is gone at once; what it began goes on.
    machine.sh("setsid dnf -y install slow unzip >/run/other 2>&1 & echo $! >/run/pid")
    machine.sh("until test -e /run/slow; do sleep 0.1; done")
    if killed:
        machine.sh("kill -9 $(cat /run/pid); touch /run/go; sleep 1")
    status, events = applied(machine, "--until", "system", "--set", "more=slow")
    assert status == 0, summary(events)
    waited = [event for event in events if event["event"] == "output" and "Waiting for process" in event["text"]]
    assert bool(waited) is not killed
    assert machine.run("rpm", "-q", "slow", "unzip", "nginx", "redis").returncode == 0
