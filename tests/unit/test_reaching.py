from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator

import pytest

from wizard.host import opening, reaching, tcp_table
from wizard.host.http import Get, answer
from wizard.host.reaching import answers_for_another, listened_at
from wizard.host.tcp_table import FAMILIES, TABLES, Bound, listened, maker
from wizard.probes.trials.browser import Browser, Page
from wizard.probes.trials.forms import Form

TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0500000A:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100007F:1F90 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 1 1
   2: 0200007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000 59999        0 1 1
   3: 00000000:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000 59999        0 1 1
   4: 0100007F:1F93 00000000:0000 0A 00000000:0000"""


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


def not_answered(family: int) -> Iterator[Bound]:
    """A kernel without sock_diag(7)."""
    raise OSError(errno.ENOENT, "No such file or directory")


def test_only_who_listens_counts_and_no_ordinary_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp_table, "_asked", not_answered)
    monkeypatch.setattr(opening, "made_up", lambda path, most: TABLE.encode() if path == TABLES[0] else b"")
    assert [listened_at(port) for port in (80, 8080, 8081, 8083)] == ["10.0.0.5", "", "", ""]
    assert [maker("127.0.0.1", port) for port in (80, 8081, 8082)] == [None, None, 59999]


def test_whoever_is_an_ordinary_account_is_handed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()[:2]
        with socket.create_connection(place) as connection:
            assert not answers_for_another(connection)
            monkeypatch.setattr(reaching, "maker", lambda address, port: 59999 if (address, port) == place else 0)
            assert answers_for_another(connection)
            browser, page = Browser("localhost", place[1], deadline=0.2), Page(200, "/", "")
            with pytest.raises(PermissionError):
                browser.post(page, Form(method="post"), {"password": "secret"})


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize(("table", "address"), [(TABLES[0], "127.0.0.2"), (TABLES[1], "::1")])
def test_what_is_listened_on_is_told_alike_by_the_kernel_and_its_table(
    monkeypatch: pytest.MonkeyPatch, answers: bool, table: str, address: str
) -> None:
    if not answers:
        monkeypatch.setattr(tcp_table, "_asked", not_answered)
    with socket.create_server((address, 0), family=FAMILIES[table]) as server:
        place, inode = server.getsockname()[:2], os.fstat(server.fileno()).st_ino
        with socket.create_connection(place):
            found = [one for one in listened(table) if one.port == place[1]]
    assert found == [Bound(address, place[1], os.geteuid(), inode)]
