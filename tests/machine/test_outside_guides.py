"""A guide from outside, as its author makes it and an administrator installs it: from its own folder, with pip, and
from /etc/jalon/guides."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.machine.biomaid import BINDS, jalon, ready_layer
from tests.machine.machine import Machine

FOLDER = "/root/notes"
ENVIRONMENT = "/var/lib/jalon/environment"
INSTALLED = "/etc/jalon/guides/notes"


@pytest.fixture(scope="module")
def machine(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=ready_layer(), binds=BINDS) as machine:
        done = machine.sh(f"cd /root && '{BINDS[0].partition(':')[2]}/jalon' guide new notes")
        assert done.returncode == 0, done.stderr
        yield machine


def _walk(machine: Machine, *options: str) -> None:
    """From its questions to its undo."""
    asked = jalon(machine, *options, "questions", "notes", "--lang", "fr")
    assert asked.returncode == 0, asked.stderr
    greeting = ("--set", "greeting=Salut")
    plan = jalon(machine, *options, "plan", "notes", *greeting, "--format", "json")
    assert plan.returncode == 2, plan.stderr
    planned = sum(len(step["changes"]) for step in json.loads(plan.stdout)["steps"])
    for wanted in (planned, 0):
        done = jalon(machine, *options, "apply", "notes", *greeting, "--yes", "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout.splitlines()[-1])["changes"] == wanted
    verified = jalon(machine, *options, "verify", "notes", "--lang", "fr")
    assert verified.returncode == 0, verified.stdout
    assert "[réussi]" in verified.stdout
    undone = jalon(machine, *options, "undo", "notes", "--yes", "--with-data")
    assert undone.returncode == 0, undone.stderr
    assert jalon(machine, *options, "plan", "notes", *greeting).returncode == 2


def test_a_new_one_keeps_the_promises(machine: Machine) -> None:
    checked = jalon(machine, "guide", "check", FOLDER)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_from_its_own_folder(machine: Machine) -> None:
    _walk(machine, "--guides", FOLDER)


def test_installed_with_pip(machine: Machine) -> None:
    python = f"{ENVIRONMENT}/bin/python"
    machine.run(python, "-m", "pip", "install", "--disable-pip-version-check", "-q", FOLDER, timeout=300)
    try:
        _walk(machine)
    finally:
        machine.run(python, "-m", "pip", "uninstall", "-q", "-y", "notes")


def test_from_the_folder_of_the_system(machine: Machine) -> None:
    machine.sh(f"mkdir -p /etc/jalon/guides && cp -r {FOLDER} {INSTALLED}")
    try:
        _walk(machine)
    finally:
        machine.sh(f"rm -r {INSTALLED}")


def test_one_that_somebody_else_may_write_is_refused_and_the_others_work(machine: Machine) -> None:
    machine.sh(f"mkdir -p /etc/jalon/guides && cp -r {FOLDER} {INSTALLED} && chmod o+w {INSTALLED}/checkpoints.py")
    try:
        refused = jalon(machine, "verify", "notes")
        assert refused.returncode == 78
        assert f"{INSTALLED}/checkpoints.py" in refused.stderr
        assert "chmod" in refused.stderr
        assert jalon(machine, "questions", "biomaid").returncode == 0
    finally:
        machine.sh(f"rm -r {INSTALLED}")
