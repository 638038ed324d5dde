"""A service that Jalon installs sees of the machine what it needs: no other homes, nothing of root's to write."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.machine import omero_web
from tests.machine.biomaid import BINDS, finished_layer
from tests.machine.machine import Machine

# What `systemd-analyze security` may say at most, of 10.
MOST = 4.0
OTHER = """
useradd -m -s /bin/bash other; chmod 0755 /home/other
echo secret >/home/other/open.txt; chmod 0644 /home/other/open.txt; echo secret >/root/open.txt; chmod 0711 /root
"""


@pytest.fixture(scope="module")
def machine(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=finished_layer(), binds=BINDS) as one:
        one.sh(OTHER)
        yield one


def exposure(machine: Machine, unit: str) -> float:
    """What systemd makes of a unit: 10 keeps nothing from its service."""
    said = machine.run("systemd-analyze", "security", "--no-pager", unit).stdout
    found = re.search(r"exposure level for \S+: ([0-9.]+)", said)
    assert found, said
    return float(found[1])


def inside(machine: Machine, script: str, unit: str = "biomaid-instance@demo.service", user: str = "demo") -> str:
    """What a script says that runs where the service's processes run, as their user."""
    words = (
        'p=$(systemctl show -P MainPID "$1");'
        ' exec nsenter -m -t "$p" setpriv --reuid "$2" --regid "$2" --clear-groups sh -c "$3"'
    )
    return machine.run("bash", "-c", words, "sh", unit, user, f"exec 2>&1; {script}", check=False).stdout


def test_biomaid_is_confined(machine: Machine) -> None:
    assert exposure(machine, "biomaid-instance@demo.service") <= MOST


def test_other_homes_are_not_there_even_where_they_are_open_to_all(machine: Machine) -> None:
    assert machine.run("cat", "/home/other/open.txt", user="demo").stdout == "secret\n"
    assert inside(machine, "ls /home; ls -A /root").split() == ["demo"]
    assert "No such file" in inside(machine, "cat /home/other/open.txt")
    assert "No such file" in inside(machine, "cat /root/open.txt")


def test_a_worker_may_not_gain_rights_nor_see_others(machine: Machine) -> None:
    status = inside(machine, "for p in $(pgrep -x gunicorn); do cat /proc/$p/status; done")
    found = {name: value for name, _colon, value in (line.partition(":\t") for line in status.splitlines())}
    assert found["NoNewPrivs"] == "1"
    assert found["Seccomp"] == "2"
    assert int(found["CapBnd"], 16) == 0
    assert "nginx" not in inside(machine, "cat /proc/[0-9]*/comm")


def test_it_still_writes_where_it_must_and_nowhere_of_the_systems(machine: Machine) -> None:
    for place in ("~/media", "~/log", "~/biomaid", "/tmp", "/var/tmp"):
        assert inside(machine, f"HOME=/home/demo; echo x >{place}/trial && rm {place}/trial && echo done") == "done\n"
    for place in ("/etc", "/usr/local/bin", "/boot", "/proc/sys/kernel/hostname"):
        assert "done" not in inside(machine, f"touch {place}/trial 2>/dev/null && echo done")


def test_logs_are_closed_to_nginx_and_to_other_instances(machine: Machine) -> None:
    for user in ("www-data", "other"):
        assert machine.run("ls", "/home/demo/log", user=user, check=False).returncode != 0
        assert machine.run("cat", "/home/demo/log/gunicorn_django.log", user=user, check=False).returncode != 0


def test_omero_web_is_confined(machines: None) -> None:
    with Machine.up(layer=omero_web.finished_layer(), binds=BINDS) as machine:
        machine.sh("for i in $(seq 100); do systemctl is-active -q omero-web && exit; sleep 0.2; done; exit 1")
        assert exposure(machine, "omero-web.service") <= MOST
        machine.sh(OTHER)
        homes = inside(machine, "ls /home", "omero-web.service", omero_web.USER)
        assert homes.split() == [omero_web.USER]
        assert machine.run("ls", f"{omero_web.FOLDER}/var/log", user="other", check=False).returncode != 0
