"""What a plan lays ready and tells a person to type installs what `apply` would, checkpoint by checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.machine.biomaid import ANSWERS, BINDS, INSTANCE, SOURCE, findings, jalon, ready_layer, red, verify
from tests.machine.machine import Machine
from tests.machine.test_script import SECRETS
from wizard.answers.questions import toml_value

FOLDER = "/run/jalon ready/demo"
# Interactive, for there an exclamation mark means something; and what else a root may have as shell.
SHELLS = (("bash", "--norc", "-i"), ("dash",))


def _plan(machine: Machine) -> list[dict[str, Any]]:
    done = jalon(machine, "plan", "biomaid", "--answers", ANSWERS, "--lay", FOLDER, "--format", "json")
    assert done.stdout, done.stderr
    assert not [key for key, value in SECRETS.items() if value[:12] in done.stdout + done.stderr]
    steps: list[dict[str, Any]] = json.loads(done.stdout)["steps"]
    assert done.returncode in (0, 2), [(step["checkpoint"], step["title"], step["blocked"]) for step in steps]
    return [step for step in steps if step["changes"]]


def _type(machine: Machine, shell: Sequence[str], lines: Sequence[str]) -> str:
    """Types the lines one after the other into one shell, and stops at one that fails."""
    typed = "".join(f"{line}\n[ $? = 0 ] || exit 3\n" for line in ["umask 022", *lines])
    done = machine.run(*shell, input=typed, check=False, timeout=900)
    assert done.returncode == 0, "\n".join(lines) + done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def test_each_checkpoint_can_be_typed_and_is_green_then(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=ready_layer(), binds=BINDS)
    plain = f'instance = "{INSTANCE}"\nsource = "{SOURCE}"\nhostnames = ["serveur"]\nworkers = 2\n'
    secrets = "".join(f"{key} = {toml_value(value)}\n" for key, value in SECRETS.items())
    machine.write(ANSWERS, plain + secrets, mode=0o600)
    seen: list[str] = []
    while steps := _plan(machine):
        point = steps[0]["checkpoint"]
        assert point not in seen, f"{point} is typed, and still asks for {steps[0]['changes']}"
        lines = [
            line
            for step in steps
            if step["checkpoint"] == point
            for change in step["changes"]
            for line in change["lines"]
        ]
        said = _type(machine, SHELLS[len(seen) % len(SHELLS)], lines)
        assert not [key for key, value in SECRETS.items() if value in said]
        seen.append(point)
    assert len(seen) > 8
    assert machine.sh(f"find '{FOLDER}' -printf '%m %u\\n' | sort -u").stdout == "600 root\n700 root\n"
    assert not machine.exists("/srv/owned")

    status, report = verify(machine, "--answers", ANSWERS)
    wrong = {name: why for name, why in red(report).items() if not findings(report)[name]["trial"]}
    assert (status, wrong) == (0, {})
    # The account's password arrived whole too; only a login can tell.
    status, report = verify(machine, "--answers", ANSWERS, "--only", "service", "--trials")
    assert (status, red(report)) == (0, {})
