"""Closed networks: a machine whose only way out is a proxy; tinyproxy, and one that rewrites certificates."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine.machine import Machine, layer
from tests.machine.places import MachineError, must

PORT = 3128
USER, PASSWORD = "jalon", "p@ss:w/rd%Vq7-mandataire"
# As an address spells it, and as only a part of it is spelt: what leaks may be either.
QUOTED = "p%40ss%3Aw%2Frd%25Vq7-mandataire"
TINYPROXY = "/etc/tinyproxy/tinyproxy.conf"
# What a machine of the tests is told of the host around it, and one of a closed network is not.
UNTOLD = tuple(
    word for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_INDEX_URL") for word in ("-u", name)
)


def proxy_layer() -> str:
    """A machine with tinyproxy, as Debian has it."""
    return layer("tinyproxy-1", _with_tinyproxy)


def _with_tinyproxy(machine: Machine) -> None:
    machine.sh("apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -y install tinyproxy")


def serve(machine: Machine, *, password: str = "") -> str:
    """Has tinyproxy serve everybody, or those with the password; returns its address without it."""
    lines = ["User tinyproxy", "Group tinyproxy", f"Port {PORT}", "Timeout 60", "MaxClients 100"]
    # It takes no more than plain characters in its own file.
    lines += [f"BasicAuth {USER} {password}"] if password else []
    machine.write(TINYPROXY, "\n".join(lines) + "\n")
    machine.run("systemctl", "restart", "tinyproxy")
    return f"http://{machine.address}:{PORT}"


def close(machine: Machine, *ways_out: str) -> None:
    """Lets nothing of what the machine sends through but to these addresses; what it sends elsewhere is lost."""
    if machine.address == "127.0.0.1":
        raise MachineError("this machine shares the host's network")
    table = f"jalon_{machine.address.split('.')[2]}"
    allowed = f"ip daddr != {{ {', '.join(ways_out)} }}" if ways_out else ""
    chain = f"type filter hook forward priority 0\n ip saddr {machine.address} {allowed} drop\n"
    must("nft", "-f", "-", input=f"table ip {table} {{\n chain closing {{\n {chain} }}\n}}\n")


@contextmanager
def rewriting(machine: Machine, *, password: str = PASSWORD) -> Iterator[tuple[str, str]]:
    """A proxy on this host that wants a password and gives every site a certificate of its own authority; its address
    without the password, and the authority's certificate."""
    gateway = machine.address.rpartition(".")[0] + ".1"
    with tempfile.TemporaryDirectory(prefix="jalon-authority-") as folder:
        program = Path(__file__).with_name("rewriting.py")
        words = [sys.executable, str(program), gateway, str(PORT), folder, USER]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(password + "\n")
            process.stdin.flush()
            if process.stdout.readline() != "ready\n":
                raise MachineError("the rewriting proxy did not start")
            yield f"http://{gateway}:{PORT}", Path(folder, "authority.pem").read_text()
        finally:
            process.terminate()
            process.wait()


def timed(machine: Machine, *words: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Runs a command without what only test machines are told; what it said, and its seconds."""
    began = time.monotonic()
    return machine.run("env", *UNTOLD, *words, check=False, timeout=900), time.monotonic() - began
