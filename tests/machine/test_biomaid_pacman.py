"""All of BiomAid's guide, carried out with the real pacman on a machine that says it is Arch Linux.

Its PostgreSQL, nginx and cron are real programs in Arch's layout; the code is the stand-in, and its Python Debian's.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.machine.biomaid import ANSWERS, BINDS, apply, changes, findings, jalon, red, verify
from tests.machine.machine import Machine
from tests.machine.pacmans import NGINX_CONF, arch_layer

CONF = "/etc/nginx/nginx.conf"
PACKAGES = "nginx postgresql gcc python postgresql-libs make git curl cronie shadow"


def test_it_is_installed_and_undone(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=arch_layer(), binds=BINDS)
    steps = json.loads(jalon(machine, "plan", "biomaid", "--answers", ANSWERS, "--format", "json").stdout)["steps"]
    planned = [f"{one['kind']} {one['subject']}" for step in steps for one in step["changes"]]
    done = changes(apply(machine))
    assert done == planned
    assert done[:2] == [f"PackagesInstalled {PACKAGES}", "ClusterMade /var/lib/postgres/data"]
    assert {f"SitesIncluded {CONF}", "GroupJoined http", "UnitEnabled cronie.service"} < {*done}
    assert changes(apply(machine)) == []
    machine.reboot()
    status, report = verify(machine)
    assert red(report) == {}
    assert status == 0
    assert findings(report)["system.packages"]["evidence"] == "10 packages installed"
    # Nobody on the machine is let in unasked, as `initdb` would have it.
    assert "trust" not in machine.sh("grep -v '^#' /var/lib/postgres/data/pg_hba.conf").stdout
    undone = jalon(machine, "undo", "biomaid", "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert machine.read(CONF) == NGINX_CONF
