"""BiomAid where the machine's own Python is too new for it, on another that is beside it."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.machine.biomaid import ANSWERS, ANSWERS_TEXT, BINDS, INSTANCE, apply, jalon, ready_layer, red
from tests.machine.machine import Machine

PYTHON = "/usr/bin/python3.11"
# That of the release before, as repositories of others bring one.
INSTALL = """
sed s/trixie/bookworm/g /etc/apt/sources.list >/etc/apt/sources.list.d/before.list
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends python3.11-dev >/dev/null
"""


def test_from_bare_to_green_on_debian_13(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=ready_layer("trixie"), binds=BINDS)
    machine.write(ANSWERS, f'{ANSWERS_TEXT}python = "{PYTHON}"\n', mode=0o600)
    refused = jalon(machine, "apply", "biomaid", "--answers", ANSWERS, "--yes")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert f"there is no {PYTHON}" in refused.stderr, refused.stderr

    machine.sh(INSTALL)
    apply(machine)
    done = jalon(machine, "verify", "biomaid", "--instance", INSTANCE, "--format", "json")
    assert done.returncode == 0, red(json.loads(done.stdout))
    ran = machine.sh(f"readlink -f /proc/$(systemctl show -P MainPID biomaid-instance@{INSTANCE})/exe").stdout.strip()
    assert ran == PYTHON, "the service runs on it"
    again = jalon(machine, "plan", "biomaid", "--instance", INSTANCE)
    assert again.returncode == 0, again.stdout
