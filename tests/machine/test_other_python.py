"""BiomAid where the machine's own Python is too new for it, on another that is beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.machine.biomaid import ANSWERS, ANSWERS_TEXT, BINDS, INSTANCE, apply, jalon, ready_layer, red
from tests.machine.machine import Machine

MINOR = "{}.{}".format(*sys.version_info)
PLACE = f"/opt/python{MINOR}"
PYTHON = f"{PLACE}/bin/python{MINOR}"
# One that lies in a folder of its own is taken into a machine as it is.
FOLDER = Path(sys.base_prefix)
FITS = (3, 9) <= sys.version_info[:2] < (3, 13) and str(FOLDER) != "/usr" and (FOLDER / f"bin/python{MINOR}").exists()


@pytest.mark.material
@pytest.mark.skipif(not FITS, reason="the tests run on no Python within BiomAid's range in a folder of its own")
def test_from_bare_to_green_on_debian_13(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=ready_layer("trixie"), binds=(*BINDS, f"{FOLDER}:{PLACE}"))
    machine.write(ANSWERS, f'{ANSWERS_TEXT}python = "{PYTHON}0"\n', mode=0o600)
    refused = jalon(machine, "apply", "biomaid", "--answers", ANSWERS, "--yes")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert f"there is no {PYTHON}0" in " ".join(refused.stdout.split()), refused.stdout

    machine.write(ANSWERS, f'{ANSWERS_TEXT}python = "{PYTHON}"\n', mode=0o600)
    apply(machine)
    done = jalon(machine, "verify", "biomaid", "--instance", INSTANCE, "--format", "json")
    assert done.returncode == 0, red(json.loads(done.stdout))
    ran = machine.sh(f"readlink -f /proc/$(systemctl show -P MainPID biomaid-instance@{INSTANCE})/exe").stdout.strip()
    assert ran == PYTHON, "the service runs on it"
    again = jalon(machine, "plan", "biomaid", "--instance", INSTANCE)
    assert again.returncode == 0, again.stdout
