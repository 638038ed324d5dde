"""What is read of listening sockets, whatever others have open."""

from __future__ import annotations

import os
import socket
from types import SimpleNamespace

import pytest

from tests.unit.probes.fake import fake
from wizard.causes.holder import port_holder
from wizard.host import opening, socket_holders
from wizard.host.processes import ServiceOf
from wizard.host.sockets import Listener, Listeners, answer
from wizard.host.units import Unit, UnitState
from wizard.probes.sockets import PortHeldBy


def test_who_listens_is_found_beside_sockets_of_any_name() -> None:
    with (
        socket.socket(socket.AF_UNIX) as named,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connected,
    ):
        named.bind("\0jalon\na b")
        named.listen()
        found: tuple[Listener, ...] = answer([Listeners()])[Listeners()]
        [ours] = [one for one in found if one.port == server.getsockname()[1]]
        assert not [one for one in found if one.port == connected.getsockname()[1]]
    assert (ours.address, ours.pid, ours.ordinary) == ("127.0.0.1", os.getpid(), False)


def test_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = iter(range(100)), []

    def links(folder: str, most: int) -> tuple[list[str], bool]:
        asked.append((folder, most))
        many = folder == "/proc/1/fd"
        return ["socket:[7]"] if folder == "/proc/3/fd" else ["x"] * (most if many else 1), not many

    monkeypatch.setattr(opening, "names", lambda *_given: ["1", "2", "3", "self"])
    monkeypatch.setattr(opening, "made_up_links", links)
    monkeypatch.setattr(socket_holders, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    # What one process has in numbers comes after the first of all others.
    assert socket_holders.holders({7}, 50) == {7: 3}
    assert len(asked) == 3
    assert socket_holders.holders({8}, 2) == {}
    assert len(asked) < 7


@pytest.mark.parametrize(
    ("listener", "programs", "among"),
    [
        (Listener("0.0.0.0", 80, "nginx", 7, "root"), ("nginx",), True),
        (Listener("0.0.0.0", 80, "", 0), ("nginx",), True),
        (Listener("0.0.0.0", 80, "apache2", 7, "root"), ("nginx",), False),
        # It calls itself so.
        (Listener("0.0.0.0", 8081, "nginx", 7, "demo", ordinary=True), ("nginx",), False),
        (Listener("0.0.0.0", 8081, "", 0, "demo", ordinary=True), ("nginx",), False),
        (Listener("0.0.0.0", 4080, "gunicorn", 7, "demo", ordinary=True), ("gunicorn", "python3"), True),
    ],
)
def test_a_service_of_the_system_is_no_ordinary_account(
    listener: Listener, programs: tuple[str, ...], among: bool
) -> None:
    assert listener.is_among(*programs) is among


def test_a_port_that_a_tenant_holds_as_nginx_is_not_nginx_s() -> None:
    listener = Listener("127.0.0.1", 8081, "nginx", 7, "demo", ordinary=True)
    found = PortHeldBy("nginx.port", "", port=8081, program="nginx").observe(fake({Listeners(): (listener,)}))
    assert found.outcome == "failed"
    assert "nginx (process 7 of demo)" in found.evidence


@pytest.mark.parametrize(
    ("listener", "unit", "commands"),
    [
        (Listener("0.0.0.0", 80, "apache2", 7, "root"), {}, ("systemctl stop apache2.service",)),
        # A job of a user's crontab is a process of cron.service.
        (Listener("0.0.0.0", 80, "python3", 7, "demo", ordinary=True), {}, ()),
        (
            Listener("0.0.0.0", 80, "python3", 7, "demo", ordinary=True),
            {"User": "demo"},
            ("systemctl stop apache2.service",),
        ),
    ],
)
def test_no_service_is_stopped_for_what_it_started_for_somebody(
    listener: Listener, unit: dict[str, str], commands: tuple[str, ...]
) -> None:
    state = UnitState(settings=tuple(unit.items()))
    host = fake(
        {Listeners(): (listener,), ServiceOf(7): "apache2.service", Unit("apache2.service"): state},
    )
    found = port_holder(host, 80, "nginx")
    assert found is not None
    assert found.remedy.commands == commands
