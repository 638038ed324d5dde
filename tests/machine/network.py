"""A network of its own for each machine: a namespace, a pair of linked interfaces, and masquerading.

Slot N uses 10.213.N.0/30: the host is .1, the machine .2. Everything made here carries the slot in its name,
so that what a killed run left behind can be told apart and removed.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from functools import lru_cache
from pathlib import Path

from tests.machine.places import RUN, MachineError, must, quietly

_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


def address(slot: int) -> str:
    """The machine's address, reachable from this host only."""
    return f"10.213.{slot}.2"


def namespace(slot: int) -> str:
    """The path that joins the machine's network."""
    return f"/run/netns/jalon-{slot}"


def free(slot: int) -> bool:
    """Whether nothing on this host carries that slot's names."""
    return not Path(namespace(slot)).exists() and not Path(f"/sys/class/net/jalon{slot}").exists()


def make(slot: int) -> None:
    """Makes the slot's namespace, interfaces, addresses and masquerading; MachineError when one fails."""
    link, inside = f"jalon{slot}", f"jalon-{slot}"
    must("ip", "netns", "add", inside)
    must(
        "ip",
        "link",
        "add",
        link,
        "mtu",
        _mtu(),
        "type",
        "veth",
        "peer",
        "name",
        "host0",
        "mtu",
        _mtu(),
        "netns",
        inside,
    )
    must("ip", "addr", "add", f"10.213.{slot}.1/30", "dev", link)
    must("ip", "link", "set", link, "up")
    for words in (
        ("addr", "add", f"{address(slot)}/30", "dev", "host0"),
        ("link", "set", "lo", "up"),
        ("link", "set", "host0", "up"),
        ("route", "add", "default", "via", f"10.213.{slot}.1"),
    ):
        must("ip", "-n", inside, *words)
    _forward()
    must("nft", "-f", "-", input=_rules(f"jalon_{slot}", f'ip saddr 10.213.{slot}.0/30 oifname != "{link}"'))


def remove(slot: int) -> None:
    """Removes whatever of the slot's network exists."""
    if shutil.which("nft"):
        quietly("nft", "delete", "table", "ip", f"jalon_{slot}")
    quietly("ip", "link", "delete", f"jalon{slot}")
    quietly("ip", "netns", "delete", f"jalon-{slot}")


def sweep(claimed: set[int]) -> list[str]:
    """Removes the networks of slots that nobody claims; names them."""
    found = {int(path.name[6:]) for path in Path("/run/netns").glob("jalon-[0-9]*")}
    found |= {int(path.name[5:]) for path in Path("/sys/class/net").glob("jalon[0-9]*")}
    if shutil.which("nft"):
        tables = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, check=False).stdout
        found |= {int(number) for number in re.findall(r"table ip jalon_(\d+)", tables)}
    for slot in found - claimed:
        remove(slot)
    return [f"network {slot}" for slot in sorted(found - claimed)]


def forget_forwarding() -> None:
    """Puts the host's forwarding back as it was before the first machine."""
    before = RUN / "ip_forward"
    if before.exists():
        _FORWARDING.write_text(before.read_text())
        before.unlink()


@lru_cache(maxsize=1)
def why_shared() -> str | None:
    """Why machines here must share the host's network, in a sentence; None when each can have its own."""
    for command in ("ip", "nft"):
        if shutil.which(command) is None:
            return f"the command {command} is missing"
    if not nameservers():
        return "this host's name server listens on the loopback only"
    done = subprocess.run(
        ["nft", "-c", "-f", "-"],
        input=_rules("jalon_check", ""),
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        return f"nftables cannot masquerade here: {done.stderr.strip()[:200]}"
    if not quietly("ip", "netns", "list"):
        return "network namespaces cannot be listed"
    return None


def port_held(*ports: int) -> int | None:
    """The first of these ports that is taken on this host, so that a machine sharing its network lacks it."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError:
                return port
    return None


def nameservers() -> list[str]:
    """The name servers a machine can ask too: a stub on this host's own loopback is no use to it."""
    for path in ("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"):
        try:
            text = Path(path).read_text()
        except OSError:
            continue
        found = re.findall(r"^nameserver\s+(\S+)", text, re.MULTILINE)
        usable = [server for server in found if not server.startswith("127.") and ":" not in server]
        if usable:
            return usable
    return []


def _rules(table: str, which: str) -> str:
    chain = f"type nat hook postrouting priority 100\n {which} masquerade\n"
    return f"table ip {table} {{\n chain leaving {{\n {chain} }}\n}}\n"


def _forward() -> None:
    # Under the register's lock or not, the first to see 0 saves it: only 0 is ever worth putting back.
    if _FORWARDING.read_text().strip() == "0":
        (RUN / "ip_forward").write_text("0\n")
        _FORWARDING.write_text("1\n")


def _mtu() -> str:
    """The outgoing interface's own limit: a larger one inside makes big downloads stall."""
    route = subprocess.run(["ip", "route", "get", "9.9.9.9"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\bdev (\S+)", route)
    if match is None:
        return "1500"
    try:
        return Path(f"/sys/class/net/{match[1]}/mtu").read_text().strip()
    except OSError as error:
        raise MachineError(f"the interface {match[1]} has no readable mtu") from error
