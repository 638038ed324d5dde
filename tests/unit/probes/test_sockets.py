from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake, page
from wizard.base.values import replace
from wizard.host.files import Entry, EntryAt
from wizard.host.http import Get
from wizard.host.reading import NotKnown, Unknown
from wizard.host.sockets import Connection, Listener, Listeners
from wizard.probes.sockets import PortHeldBy, SocketHeld

PATH = "/home/demo/biomaid.sock"
HELD = SocketHeld("service.socket", "t", PATH, "demo", unit="biomaid-instance@demo.service")
OWN = Entry("socket", "demo", "demo", 0o777)


def test_a_socket_that_is_held_passes() -> None:
    finding = HELD.observe(fake({EntryAt(PATH): OWN, Connection(PATH): ""}))
    assert finding.outcome == "passed"
    assert finding.evidence == f"socket {PATH}, 0777 demo, somebody answers on it"
    assert set(HELD.reads()) == {EntryAt(PATH), Connection(PATH)}


@pytest.mark.parametrize(
    ("entry", "connected", "cause", "remedied"),
    [
        (None, "ENOENT", "socket-missing", True),
        (Entry("file", "demo"), "ENOTSOCK", "not-a-socket", False),
        (OWN, "ECONNREFUSED", "socket-stale", True),
        (OWN, "ETIMEDOUT", "socket-silent", True),
        (Entry("socket", "root"), "", "socket-owner-wrong", True),
    ],
)
def test_what_is_wrong_with_a_socket(entry: Entry | None, connected: str, cause: str, remedied: bool) -> None:
    finding = HELD.observe(fake({EntryAt(PATH): entry, Connection(PATH): connected}))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert bool(finding.remedy) is remedied
    if finding.remedy:
        assert finding.remedy.commands == ("systemctl restart biomaid-instance@demo.service",)


LINK = Entry("link", "demo", target="/srv/x.sock")
PAGE = Get("/", "serveur", follow=5)


@pytest.mark.parametrize(
    ("led", "answered", "outcome", "cause"),
    [
        (Entry("socket", "other"), 200, "warning", "socket-of-another"),
        (Entry("socket", "other"), 502, "failed", "socket-of-another"),
        (Unknown("closed", needs="root"), 200, "warning", "socket-of-another"),
        (Unknown("closed", needs="root"), 0, "failed", "socket-of-another"),
        (None, 502, "failed", "not-a-socket"),
        (Entry("file", "demo"), 502, "failed", "not-a-socket"),
        (OWN, 200, "passed", ""),
    ],
)
def test_a_link_in_the_place_of_a_socket(led: Any, answered: int, outcome: str, cause: str) -> None:
    said = {EntryAt(PATH): LINK, EntryAt("/srv/x.sock"): led, PAGE: page(answered), Connection(PATH): ""}
    finding = replace(HELD, page=PAGE).observe(fake(said))
    assert (finding.outcome, finding.cause.id if finding.cause else "") == (outcome, cause)
    if finding.remedy:
        taken = ("runuser -u demo -- rm -f /home/demo/biomaid.sock", "systemctl restart biomaid-instance@demo.service")
        assert finding.remedy.commands == taken


def test_who_may_not_follow_a_link_does_not_know() -> None:
    closed = fake({EntryAt(PATH): LINK, EntryAt("/srv/x.sock"): Unknown("closed", needs="root")}, user="visitor")
    with pytest.raises(NotKnown):
        HELD.observe(closed)


def test_without_a_unit_there_is_no_remedy() -> None:
    assert SocketHeld("a.b", "t", PATH, "demo").observe(fake()).remedy is None


def test_what_serves_is_not_red() -> None:
    served = fake({EntryAt(PATH): Entry("socket", "root"), Connection(PATH): "", PAGE: page()})
    finding = replace(HELD, page=PAGE).observe(served)
    assert finding.outcome == "warning"
    assert finding.cause and finding.cause.id == "socket-owner-wrong"


def test_who_may_not_connect_does_not_know() -> None:
    with pytest.raises(NotKnown) as caught:
        HELD.observe(fake({EntryAt(PATH): OWN, Connection(PATH): "EACCES"}))
    assert caught.value.unknown.needs == "root"


PORT = PortHeldBy("nginx.port", "t", 80, "nginx", after=("nginx.active",))
BOTH = (Listener("0.0.0.0", 80, "nginx", 7, "root"), Listener("::", 80, "nginx", 7, "root"))


def test_a_port_held_by_its_program() -> None:
    finding = PORT.observe(fake({Listeners(): (*BOTH, Listener("127.0.0.1", 5432, "postgres", 9, "postgres"))}))
    assert finding.outcome == "passed"
    assert finding.evidence == "nginx listens on 0.0.0.0:80, [::]:80"
    assert PORT.needs == ("nginx.active",)


def test_a_port_that_nobody_holds() -> None:
    finding = PORT.observe(fake())
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == "nothing-listens"


def test_another_program_is_named_with_its_process_and_user() -> None:
    finding = PORT.observe(fake({Listeners(): (Listener("0.0.0.0", 80, "apache2", 812, "root"),)}))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == "port-held-by-another"
    assert "apache2 (process 812 of root)" in finding.evidence
    assert finding.remedy and not finding.remedy.commands


def test_a_holder_that_is_not_shown_needs_root() -> None:
    with pytest.raises(NotKnown):
        PORT.observe(fake({Listeners(): (Listener("0.0.0.0", 80),)}))
