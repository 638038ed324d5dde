"""A machine with SELinux's real programs and policy, on which the kernel's word alone is made up: there is no SELinux
in it. And a guide of nothing but SELinux's steps, and `jalon` knowing that guide alone.

python -m tests.machine.selinux WORD...   as `jalon WORD...`
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.machine.biomaid import BINDS, key_of, ready_layer
from tests.machine.machine import Machine, layer
from wizard.answers.questions import NUMBER, Answers, Question
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.guides import registry
from wizard.host.facts import Facts
from wizard.probes.selinux import BooleansOn, PortHasType
from wizard.steps.files import Directory
from wizard.steps.selinux import Booleans, PortOfType

BOOLEANS = ("httpd_read_user_content", "httpd_enable_homedirs")
THERE = "/srv/there"
PACKAGES = ("policycoreutils-python-utils", "selinux-policy-default", "semodule-utils", "netbase")
ENFORCING = "/usr/local/sbin/enforcing"
"""Runs a command to whom the kernel says that SELinux enforces."""
WORD = """\
#!/bin/sh
set -e
mkdir -p /run/cgroup.kept
mount --rbind /sys/fs/cgroup /run/cgroup.kept
mount -t tmpfs tmpfs /sys/fs
mkdir /sys/fs/cgroup /sys/fs/selinux
mount --rbind /run/cgroup.kept /sys/fs/cgroup
echo 1 >/sys/fs/selinux/enforce
exec "$@"
"""


def _make(machine: Machine) -> None:
    words = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES)
    machine.run("apt-get", "update", "-q")
    machine.run(*words, env={"DEBIAN_FRONTEND": "noninteractive"})
    machine.run("mkdir", THERE)
    machine.write(ENFORCING, WORD, mode=0o755)


def selinux_layer() -> str:
    """The machine, made once."""
    return layer(f"selinux-{key_of('tests/machine/selinux.py')}", _make, parent=ready_layer(), binds=BINDS)


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """As OMERO.web's guide has it; then what the machine comes with, so that this one counts as reached."""
    return (
        Checkpoint(
            "selinux",
            "SELinux",
            "nginx may reach the application.",
            steps=[Booleans(BOOLEANS), PortOfType(a.port)],
            probes=[
                BooleansOn("selinux.booleans", "booleans", BOOLEANS),
                PortHasType("selinux.port", "port", a.port),
            ],
        ),
        Checkpoint("after", "After", "A folder.", steps=[Directory(THERE, "root", "root")], probes=[]),
    )


GUIDE = Guide(
    "selinux",
    lambda: "SELinux",
    lambda: "For tests",
    lambda: [Question("port", "Port", "", NUMBER, default=lambda a, f: 4080)],
    checkpoints,
)


def main() -> int:
    registry.BUILT_IN["selinux"] = "tests.machine.selinux"
    from wizard import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
