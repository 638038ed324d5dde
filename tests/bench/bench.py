"""Boots the machine, asks it the same questions by turns, and compares the medians.

Testinfra is asked all that `jalon verify` asks, and besides, as pyinfra and Ansible are, twenty-five questions of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from tests.machine.biomaid import BINDS, CHECKOUT, INSTANCE, finished_layer
from tests.machine.machine import Machine, MachineError, layer

HERE = Path(__file__).parent
MOST = 0.45
"""What Jalon may take of testinfra's time."""
FEW = "testinfra, 25"
FEW_QUESTIONS = 25
PLACE, VENV, PASSES = "/root/bench", "/opt/bench", "/root/bench.pgpass"
COPY = "/opt/jalon"
ASKED = set(re.findall(r"^def test_(\w+)", (HERE / "asked/all_with_testinfra.py").read_text(encoding="utf-8"), re.M))
TESTINFRA = [f"{VENV}/bin/pytest", "-q", "-p", "no:cacheprovider"]
COMMANDS = {
    "jalon": [f"{COPY}/jalon", "verify", "biomaid", "--format", "json"],
    "testinfra": [*TESTINFRA, f"{PLACE}/all_with_testinfra.py"],
    FEW: [*TESTINFRA, f"{PLACE}/with_testinfra.py"],
    "pyinfra": [f"{VENV}/bin/pyinfra", "@local", f"{PLACE}/with_pyinfra.py", "--dry"],
    "ansible": [f"{VENV}/bin/ansible-playbook", "-i", "localhost,", "--check", f"{PLACE}/with_ansible.yml"],
}


def tools_layer() -> str:
    """The finished machine with the three tools in an environment of their own."""

    def make(machine: Machine) -> None:
        # What its module asks for before it answers in check mode.
        machine.run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "python3-apt")
        machine.push(HERE / "requirements.txt", "/tmp/requirements.txt")
        machine.run("python3", "-m", "venv", VENV)
        pip = (f"{VENV}/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check")
        machine.run(*pip, "--require-hashes", "-r", "/tmp/requirements.txt", timeout=1200)
        machine.run(f"{VENV}/bin/python", "-m", "compileall", "-q", VENV, check=False)

    below = finished_layer()
    key = hashlib.sha256(below.encode() + (HERE / "requirements.txt").read_bytes()).hexdigest()[:12]
    return layer(f"bench-{key}", make, parent=below, binds=BINDS)


def ready(machine: Machine) -> None:
    """Lays the questions ready, and the password that a login takes."""
    machine.push(HERE / "asked", PLACE)
    # The checkout is bound read-only: Python could not keep what it compiles, as it does where Jalon is installed.
    machine.run("mkdir", COPY)
    machine.run("cp", "-r", "jalon", "requirements.txt", "wizard", "screens", "templates", COPY, cwd=CHECKOUT)
    secrets = machine.read(f"/var/lib/jalon/biomaid/{INSTANCE}/secrets.toml")
    found = re.search(r'^db_password = "([A-Za-z0-9]+)"$', secrets, re.MULTILINE)
    if found is None:
        raise MachineError("the instance has no password of the kind that Jalon makes")
    machine.write(PASSES, f"localhost:*:*:*:{found[1]}\n", mode=0o600)
    # Everything has answered once: nobody pays for a first start.
    machine.sh("for n in $(seq 60); do curl -sf -o /dev/null http://localhost/ && exit; sleep 1; done; exit 1")


def not_asked(out: str) -> set[str]:
    """The probes of a verification, but trials, that testinfra has no question for, and questions without a probe."""
    probes = [probe for checkpoint in json.loads(out)["checkpoints"] for probe in checkpoint["probes"]]
    return {re.sub(r"\W", "_", probe["id"]) for probe in probes if not probe["trial"]} ^ ASKED


def fault(name: str, told: Mapping[str, Any]) -> str:
    """Why the answers of one tool do not count; empty where they are what they should be."""
    out, status = str(told["out"]), int(told["status"])
    good = {
        "jalon": lambda: not re.search(r'"outcome": "(failed|crashed|unknown)"', out),
        "testinfra": lambda: f"{len(ASKED)} passed" in out,
        FEW: lambda: f"{FEW_QUESTIONS} passed" in out,
        "pyinfra": lambda: "Detected changes:" in out and re.search(r"\d+ \(@local\)", out) is None,
        "ansible": lambda: re.search(r"changed=0 .*failed=0 ", out) is not None,
    }[name]()
    if status or not good:
        return f"{name} ended with {status} and said:\n{out[-1500:]}"
    lacking = not_asked(out) if name == "jalon" else ()
    return f"asked of one only, Jalon or testinfra: {', '.join(sorted(lacking))}" if lacking else ""


def report(measured: Mapping[str, Mapping[str, Any]], rounds: int) -> bool:
    """Prints medians and ratios; whether Jalon is as fast as it must be."""
    medians = {name: median(told["seconds"]) for name, told in measured.items()}
    print(f"{'':<14}{'median':>9}{'least':>9}{'most':>9}   of testinfra   ({rounds} rounds, by turns)")
    for name, told in measured.items():
        seconds = told["seconds"]
        ratio = medians[name] / medians["testinfra"]
        print(f"{name:<14}{medians[name]:>7.2f} s{min(seconds):>7.2f} s{max(seconds):>7.2f} s   {ratio:>12.2f}")
    ratio, few = (float(medians["jalon"] / medians[name]) for name in ("testinfra", FEW))
    print(f"\njalon/testinfra: {ratio:.2f} (at most {MOST}); of {FEW_QUESTIONS} questions to testinfra: {few:.2f}")
    return ratio <= MOST


def main() -> int:
    """The comparison."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    why = Machine.why_not()
    if why is not None:
        print(f"no comparison here: {why}", file=sys.stderr)
        return 1
    with Machine.up(layer=tools_layer(), binds=BINDS) as machine:
        ready(machine)
        words = ("python3", f"{PLACE}/timing.py", str(rounds))
        env = {"PASSES": PASSES, "ANSIBLE_LOCALHOST_WARNING": "False", "ANSIBLE_NOCOLOR": "1"}
        measured = json.loads(machine.run(*words, input=json.dumps(COMMANDS), env=env, timeout=3600).stdout)
    faults = [text for name, told in measured.items() if (text := fault(name, told))]
    fast = report(measured, rounds)
    print("\n".join(faults), file=sys.stderr)
    return 0 if fast and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
