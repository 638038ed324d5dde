"""A guide made up for a host of Red Hat's family, and `jalon` knowing that guide alone.

python -m tests.machine.redhat WORD...   as `jalon WORD...`
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from wizard.answers.questions import Answers, Question
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.guides import registry
from wizard.host.facts import Facts
from wizard.probes.packages import PackagesPresent
from wizard.probes.selinux import BooleansOn, PortHasType
from wizard.steps.nginx_default import DefaultServerDisabled
from wizard.steps.packages import Packages
from wizard.steps.selinux import Booleans, PortOfType
from wizard.steps.systemd import RunningUnit
from wizard.steps.users import GroupMember, InstanceUser

NGINX = "/etc/nginx/nginx.conf"
USER = "omero"
PACKAGES = ("epel-release", "unzip", "nginx", "redis")


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The document's own order: packages, the default server, the service; then what asks for its restart."""
    names = (*PACKAGES, *str(a.more).split())
    return (
        Checkpoint(
            "system",
            "System",
            "Packages.",
            steps=[Packages(("unzip",), dnf=names)],
            probes=[PackagesPresent("system.packages", "packages", ("unzip",), dnf=names)],
        ),
        Checkpoint(
            "nginx",
            "nginx",
            "It runs, and nobody answers by default.",
            steps=[
                DefaultServerDisabled(),
                RunningUnit("redis.service"),
                RunningUnit("nginx.service", configured_by=(NGINX,), user="nginx"),
                InstanceUser(USER, f"/home/{USER}", mark="redhat"),
                GroupMember("nginx", USER),
                RunningUnit("nginx.service", configured_by=(NGINX,), user="nginx"),
            ],
        ),
        Checkpoint(
            "selinux",
            "SELinux",
            "nginx may reach the application.",
            steps=[Booleans(("httpd_enable_homedirs",)), PortOfType(4080)],
            probes=[
                BooleansOn("selinux.booleans", "booleans", ("httpd_enable_homedirs",)),
                PortHasType("selinux.port", "port", 4080),
            ],
        ),
    )


GUIDE = Guide(
    "redhat",
    lambda: "Red Hat",
    lambda: "For tests",
    lambda: [Question("more", "More packages", default=lambda a, f: "")],
    checkpoints,
)


def main() -> int:
    registry.BUILT_IN["redhat"] = "tests.machine.redhat"
    from wizard import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
