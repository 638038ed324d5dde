"""WSL, as a machine with its marks: the name of its kernel, and none of systemd's until it is started again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.machine.biomaid import ANSWERS, BINDS, JALON, ready_layer
from tests.machine.machine import Machine

WSL1, WSL2 = "4.4.0-19041-Microsoft", "5.15.167.4-microsoft-standard-WSL2"
CONF = "/etc/wsl.conf"
OTHERS = "# of this hospital\n[user]\ndefault = jeanne\n[boot]\ncommand = service docker start\n"
PACKAGES = "dpkg-query -W; ls -l /etc"


@pytest.fixture(scope="module")
def machine(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=ready_layer(), binds=BINDS) as found:
        yield found


def on_wsl(machine: Machine, kernel: str, *words: str, systemd: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs Jalon where that kernel is and, unless started with systemd, nothing of it in /run."""
    machine.write("/root/osrelease", f"{kernel}\n")
    hidden = "" if systemd else "mount -t tmpfs none /run && "
    script = f'mount --bind /root/osrelease /proc/sys/kernel/osrelease && {hidden}exec "$0" "$@"'
    return machine.run("unshare", "-m", "sh", "-c", script, JALON, *words, check=False)


def applied(machine: Machine, kernel: str, *words: str, systemd: bool = False) -> tuple[int, str]:
    done = on_wsl(machine, kernel, "apply", "biomaid", "--answers", ANSWERS, "--yes", *words, systemd=systemd)
    said = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in said
    return done.returncode, said


def test_systemd_is_switched_on_and_the_walk_goes_on_after_the_next_start(machine: Machine) -> None:
    machine.write(CONF, OTHERS)
    before = machine.sh(PACKAGES.replace("/etc", "/etc/systemd /etc/apt")).stdout
    status, said = applied(machine, WSL2)
    assert status == 1 and "wsl --shutdown" in said
    assert machine.read(CONF) == OTHERS.replace("[boot]\n", "[boot]\nsystemd=true\n")
    assert machine.sh(PACKAGES.replace("/etc", "/etc/systemd /etc/apt")).stdout == before

    # Not started again yet: nothing is done, and it is said once more.
    status, said = applied(machine, WSL2)
    assert status == 1 and "does not run yet" in said and "wsl --update" in said

    status, said = applied(machine, WSL2, "--until", "user", systemd=True)
    assert status == 0, said
    assert machine.sh("id -un demo").stdout == "demo\n"


def test_wsl_1_is_refused_with_what_converts_it(machine: Machine) -> None:
    status, said = applied(machine, WSL1)
    assert status == 1 and "wsl --set-version" in said


def test_elsewhere_without_systemd_it_is_said_once(machine: Machine) -> None:
    status, said = applied(machine, "6.1.0-32-amd64")
    assert status == 1 and said.count("systemd does not run in this container") == 1
