"""Machines with Jalon on them, and with a BiomAid stand-in installed by it; made once, kept as layers."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.machine.machine import Machine, layer
from tests.standin.repository import make_repository

ROOT = Path(__file__).resolve().parents[2]
# A space, so that nothing is ever quoted by luck.
CHECKOUT = "/opt/jalon checkout"
BINDS = (f"{ROOT}:{CHECKOUT}",)
JALON = f"{CHECKOUT}/jalon"
SOURCE = "/srv/biomaid.git"
INSTANCE = "demo"
ANSWERS = "/root/a.toml"
ACCOUNT_PASSWORD = "Zk4-essai-du-compte"

ANSWERS_TEXT = f"""
instance = "{INSTANCE}"
source = "{SOURCE}"
hostnames = ["serveur", "demo.example"]
workers = 2
first_account_password = "{ACCOUNT_PASSWORD}"
"""


def key_of(*folders: str) -> str:
    """A hash of files of the checkout, as they are now."""
    found = hashlib.sha256()
    for folder in folders:
        place = ROOT / folder
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def _ready(machine: Machine) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder, "biomaid.git")
        make_repository(repository)
        machine.push(repository, SOURCE)
    machine.write(ANSWERS, ANSWERS_TEXT, mode=0o600)
    machine.run(JALON, "guides", "--yes")


def ready_layer(suite: str = "bookworm") -> str:
    """A bare machine but for the launcher's environment, the stand-in's repository and an answers file."""
    key = key_of(
        "jalon", "requirements.txt", "templates/maquette/application", "tests/standin", "tests/machine/biomaid.py"
    )
    return layer(f"ready-{suite}-{key}", _ready, parent=suite, binds=BINDS)


def _package(machine: Machine) -> None:
    apply(machine, "--until", "system")


def packaged_layer(suite: str = "bookworm") -> str:
    """A machine as `apply --until system` leaves it: the packages, and no instance."""
    key = key_of("wizard", "templates", "jalon", "requirements.txt", "tests/standin", "tests/machine/biomaid.py")
    return layer(f"packaged-{suite}-{key}", _package, parent=ready_layer(suite), binds=BINDS)


def _finish(machine: Machine) -> None:
    apply(machine)


def finished_layer(suite: str = "bookworm") -> str:
    """A machine on which `apply` has installed the stand-in."""
    key = key_of("wizard", "templates", "jalon", "requirements.txt", "tests/standin", "tests/machine/biomaid.py")
    return layer(
        f"finished-{suite}-{key}",
        _finish,
        parent=ready_layer(suite),
        binds=BINDS,
    )


def jalon(machine: Machine, *words: str, check: bool = False, **more: Any) -> subprocess.CompletedProcess[str]:
    """Runs `./jalon` in the machine as root."""
    return machine.run(JALON, *words, check=check, **more)


def apply(machine: Machine, *words: str) -> list[dict[str, Any]]:
    """Applies with the answers file; returns the events. Fails with the run's own words."""
    done = jalon(machine, "apply", "biomaid", "--answers", ANSWERS, "--yes", "--format", "json", *words, timeout=1200)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, summary(events) + done.stderr[-2000:]
    return events


def start(machine: Machine, *words: str) -> subprocess.Popen[str]:
    """Begins to apply; its events come on standard output, line by line."""
    return machine.popen(
        *(JALON, "apply", "biomaid", "--answers", ANSWERS, "--yes", "--format", "json", *words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def signal_to(run: subprocess.Popen[str], number: signal.Signals) -> None:
    """Sends a signal to a run that was started in a machine, and to that process alone."""
    # What was started here only waits; the program is its one child, by its number outside of the machine.
    (child,) = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    os.kill(int(child), number)


def verify(machine: Machine, *words: str) -> tuple[int, dict[str, Any]]:
    """Verifies; the exit status and the object."""
    done = jalon(machine, "verify", "biomaid", "--format", "json", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def findings(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The findings of a verification by probe id."""
    return {probe["id"]: probe for point in report["checkpoints"] for probe in point["probes"]}


def red(report: dict[str, Any]) -> dict[str, str]:
    """The evidence of every finding that is neither passed nor warning, by probe id."""
    return {
        identifier: f"{one['outcome']}: {one['evidence']} {one['because']}"
        for identifier, one in findings(report).items()
        if one["outcome"] not in ("passed", "warning")
    }


def changes(events: list[dict[str, Any]]) -> list[str]:
    """The kind and subject of each change that was carried out, in order."""
    return [f"{one['kind']} {one['subject']}" for one in events if one["event"] == "change" and one["state"] == "done"]


def summary(events: list[dict[str, Any]]) -> str:
    """What a person needs of a run that failed."""
    lines = []
    for one in events:
        if one["event"] in ("failure", "end") or (
            one["event"] == "probe" and one["outcome"] not in ("passed", "warning")
        ):
            lines.append(json.dumps(one, ensure_ascii=False))
        elif one["event"] == "change" and one["state"] == "begun":
            lines.append(f"+ {one['title']}")
        elif one["event"] == "output":
            lines.append(f"    {one['text']}")
    return "\n".join(lines[-60:]) + "\n"
