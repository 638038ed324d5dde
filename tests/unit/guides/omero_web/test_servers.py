"""An OMERO.server that nobody can connect to is a warning, and the list goes back only to one that answers."""

from __future__ import annotations

import json
import socket
from threading import Event
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.findings.finding import Finding
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.servers import ServersAnswer
from wizard.guides.omero_web.parts.values import servers
from wizard.host import sockets
from wizard.host.reading import NotKnown
from wizard.host.sockets import Connection

OMERO = Omero("/opt/o", "/opt/v", "omero-web")
LIST = "omero.web.server_list"


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({}, [("localhost", 4064)]),
        ({"Ice.Default.Host": "a.example"}, [("a.example", 4064)]),
        ({LIST: '[["a", 4064, "x"], ["b", "14064"], ["a", 4064, "y"]]'}, [("a", 4064), ("b", 14064)]),
        ({LIST: '[["wss://a.example/omero", 4064, "x"]]'}, [("a.example", 443)]),
        ({LIST: '[["wss://[x", 4064], ["a b", 4064], ["", 1], ["a", 0], ["a", 99999], ["a", null], "a", []]'}, []),
        ({LIST: "[["}, []),
    ],
)
def test_which_servers_a_list_names(properties: dict[str, str], found: list[tuple[str, int]]) -> None:
    assert list(servers(properties)) == found


def judged(said: dict[str, str], *names: str, expected: str = "localhost") -> Finding:
    """What is found of a list of these names, of which those answer that are said to."""
    values = {LIST: json.dumps([[name, 4064, "omero"] for name in names])} if names else {}
    answers: dict[Any, Any] = {Connection(name, 4064): error for name, error in said.items()}
    probe = ServersAnswer("a.b", "", omero=OMERO, unit="w.service", expected=expected)
    return probe.observe(fake({OMERO.properties: values, **answers}))


@pytest.mark.parametrize(
    ("said", "names", "cause", "says"),
    [
        ({"localhost": ""}, (), "", "localhost:4064"),
        ({"localhost": "ECONNREFUSED"}, (), "omero-server-away", "localhost:4064: no connection (ECONNREFUSED)"),
        ({"a": "ENAME"}, ("a",), "omero-server-unknown", "a:4064"),
        ({"a": "", "b": "EHOSTUNREACH"}, ("a", "b"), "omero-server-away", "b:4064: no connection (EHOSTUNREACH)"),
        ({"a": "ETIMEDOUT", "b": "ENAME"}, ("a", "b"), "omero-server-unknown", "b:4064"),
    ],
)
def test_a_server_that_does_not_answer_is_a_warning(
    said: dict[str, str], names: tuple[str, ...], cause: str, says: str
) -> None:
    finding = judged(said, *names)
    assert (finding.outcome, finding.cause.id if finding.cause else "") == ("warning" if cause else "passed", cause)
    assert says in finding.evidence
    assert not (finding.remedy and finding.remedy.commands)


def test_no_answer_in_time_is_unknown() -> None:
    with pytest.raises(NotKnown, match="a:4064"):
        judged({"a": "ETIMEDOUT"}, "a")


def test_the_list_goes_back_to_the_one_that_was_answered_if_that_answers() -> None:
    finding = judged({"a": "ENAME", "localhost": ""}, "a")
    assert finding.remedy and finding.remedy.commands[0].endswith(f"omero config set -- {LIST}")
    finding = judged({"a": "ENAME", "b": ""}, "a", expected="b")
    assert finding.remedy and finding.remedy.commands[0].endswith(""" '[["b", 4064, "omero"]]'""")
    # A list of several is somebody's own.
    finding = judged({"a": "ENAME", "c": "", "b": ""}, "a", "c", expected="b")
    assert finding.remedy and not finding.remedy.commands


def test_a_name_that_is_looked_up_for_ever_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, free = Event(), Event()

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        if place[0] == "slow.example":
            stuck.wait(10)
        free.set()
        raise socket.gaierror

    monkeypatch.setattr(sockets, "TOGETHER", 0.05)
    monkeypatch.setattr(socket, "create_connection", connect)
    slow, other = Connection("slow.example", 1), Connection("other.example", 1)
    assert sockets.connect([slow, other]) == {slow: "ETIMEDOUT", other: "ENAME"}
    assert free.is_set()
    stuck.set()
