"""The facts of this machine are those that psutil gathers."""

from __future__ import annotations

import socket

import psutil

from wizard.host.facts import gather


def test_sizes_and_addresses_are_this_machine_s() -> None:
    facts = gather()
    assert facts.memory == psutil.virtual_memory().total
    assert facts.disk == psutil.disk_usage("/").total
    each = [one for interface in psutil.net_if_addrs().values() for one in interface if one.family == socket.AF_INET]
    assert set(facts.addresses) == {one.address for one in each if not one.address.startswith("127.")}
