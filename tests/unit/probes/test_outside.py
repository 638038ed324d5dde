from __future__ import annotations

from typing import Any, cast

import pytest

from tests.unit.probes.fake import fake
from wizard.answers.questions import Answers
from wizard.findings.finding import passed
from wizard.guide import Checkpoint
from wizard.host.facts import Facts
from wizard.host.live import Live
from wizard.host.netfilter import PortFromOutside
from wizard.host.packet_rules import Passage
from wizard.host.reading import NotKnown, Unknown
from wizard.host.sockets import Listener, Listeners
from wizard.outputs.findings import address, unasked
from wizard.outputs.reach import reach
from wizard.probes.outside import ReachedByOthers
from wizard.walk.events import Observed
from wizard.walk.verification import Verified

PROBE = ReachedByOthers("nginx.outside", "", port=80)
EVERYWHERE = ("0.0.0.0", "::")
STOPPED = Passage("stopped", "inet filter input", "policy drop")


@pytest.mark.parametrize(
    ("addresses", "found", "outcome", "cause", "says"),
    [
        (EVERYWHERE, Passage(), "passed", "", "nobody outside was asked"),
        ((), Passage(), "passed", "", "no rule"),
        (EVERYWHERE, STOPPED, "warning", "packet-filter-stops", "inet filter input stops"),
        (EVERYWHERE, Passage("partly", "ip filter INPUT", "drop"), "passed", "", "open to some"),
        (("127.0.0.1", "::1"), Passage(), "warning", "listens-within", "127.0.0.1, ::1 alone"),
        (("127.0.0.1", "10.0.0.5"), Passage(), "passed", "", "no rule"),
    ],
)
def test_what_keeps_others_away_is_a_warning(
    addresses: tuple[str, ...], found: Passage, outcome: str, cause: str, says: str
) -> None:
    listeners = tuple(Listener(one, 80, "nginx") for one in addresses)
    finding = PROBE.observe(fake({Listeners(): listeners, PortFromOutside(80): found}))
    assert (finding.outcome, finding.cause.id if finding.cause else "") == (outcome, cause)
    assert says in finding.evidence
    assert not (finding.remedy and finding.remedy.commands), "who may come is a person's to say"


def test_firewalld_is_told_by_its_own_command() -> None:
    closed = Passage("stopped", "inet firewalld filter_INPUT", "reject with icmpx admin-prohibited")
    remedy = PROBE.observe(fake({Listeners(): (), PortFromOutside(80): closed})).remedy
    assert remedy and "firewall-cmd --permanent --add-port=80/tcp" in remedy.text


def test_who_may_not_read_the_rules_says_nothing_of_them() -> None:
    with pytest.raises(NotKnown):
        PROBE.observe(fake({PortFromOutside(80): Unknown("", "root")}))


def test_every_report_has_the_command_for_another_machine() -> None:
    facts = Facts(addresses=("10.0.0.5",))
    for answers, wanted in (
        ({"http_port": 80, "hostnames": ["localhost", "serveur"]}, ["curl -I http://serveur/"]),
        ({"http_port": 8080}, ["curl -I http://10.0.0.5:8080/"]),
        ({"hostnames": ["serveur"]}, None),
    ):
        told = unasked(address(Answers(answers), facts))
        assert (told and told["commands"]) == wanted


def seen(answers: dict[Any, Any], *verified: Verified) -> str:
    return reach(Answers({"http_port": 80}), verified, cast(Live, fake(answers)))


def test_whether_others_get_through_is_said_as_far_as_it_is_known() -> None:
    closed = Passage("stopped", "inet firewalld filter_INPUT", "reject with icmpx admin-prohibited")
    within = (Listener("127.0.0.1", 80, "nginx", 7, "root"),)
    for found, wanted in (
        ({Listeners(): within}, "port 80 is listened on at 127.0.0.1 alone. Only this machine itself reaches"),
        ({Listeners(): (), PortFromOutside(80): closed}, "stops whoever comes to port 80 from another machine: reject"),
        ({Listeners(): (), PortFromOutside(80): Passage()}, "no rule of this machine stops port 80; nobody outside"),
        ({Listeners(): (), PortFromOutside(80): Unknown("only root may", "root")}, "is not known: only root may"),
    ):
        assert wanted in seen(found)
    assert reach(Answers({}), (), cast(Live, fake({}))) == "", "nothing is asked where there is no port"
    told = unasked("http://serveur/", seen({Listeners(): within}))
    assert told and told["text"].startswith("Port 80 is listened on") and "a firewall outside it" in told["text"]


def test_what_a_probe_of_the_guide_saw_is_not_asked_again() -> None:
    observed = Observed(PROBE, passed("others come"), 0.0, 0.0)
    point = Verified(Checkpoint("nginx", "nginx", ""), True, (observed,))
    assert seen({}, point) == "others come"
