from __future__ import annotations

import socket

import pytest

from wizard.host import opening
from wizard.host.http import Get, answer
from wizard.host.reaching import listened_at

TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0500000A:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100007F:1F90 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 1 1
"""


def test_a_port_is_asked_for_at_the_address_where_it_is_listened_on() -> None:
    with socket.create_server(("127.0.0.2", 0)) as server:
        port = server.getsockname()[1]
        assert listened_at(port) == "127.0.0.2"
        # Nobody answers, but somebody took the connection.
        server.settimeout(5)
        [found] = answer([Get("/", port=port, deadline=0.1)]).values()
        assert found.error == "ETIMEDOUT"
    [found] = answer([Get("/", port=port, deadline=0.1)]).values()
    assert (listened_at(port), found.error) == ("", "ECONNREFUSED")


def test_only_who_listens_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "made_up", lambda path: TABLE.encode())
    assert (listened_at(80), listened_at(8080)) == ("10.0.0.5", "")
