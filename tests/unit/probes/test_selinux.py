"""The probes of SELinux: what it forbids counts where it enforces, and is a warning where it only notes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import bare
from wizard.host.reading import NotKnown, Unknown
from wizard.host.selinux import Boolean, Label, PortLabel, Switch
from wizard.probes.selinux import BooleansOn, PortHasType

BOOLEANS = BooleansOn("selinux.booleans", "", ("a", "b"))
PORT = PortHasType("selinux.port", "", 4080)
ON, PASSING, OFF = Switch(True, True), Switch(True, False), Switch(False, False)


@pytest.mark.parametrize("probe", [BOOLEANS, PORT])
def test_where_it_is_off_there_is_nothing_to_see(probe: Any) -> None:
    closed = {reading: Unknown("closed", "root") for reading in probe.reads()}
    finding = probe.observe(bare(closed, selinux="disabled"))
    assert (finding.outcome, finding.evidence) == ("passed", "SELinux is disabled here")


@pytest.mark.parametrize(
    ("a", "b", "mode", "outcome", "evidence", "cause"),
    [
        (ON, ON, "enforcing", "passed", "on: a, b", None),
        (ON, OFF, "enforcing", "failed", "off: b; SELinux is enforcing", "selinux-boolean-off"),
        (None, PASSING, "permissive", "warning", "off: a; SELinux is permissive", "selinux-boolean-off"),
        (ON, PASSING, "enforcing", "warning", "on until the next start only: b", "selinux-boolean-not-kept"),
    ],
)
def test_booleans(a: Switch | None, b: Switch, mode: str, outcome: str, evidence: str, cause: str | None) -> None:
    finding = BOOLEANS.observe(bare({Boolean("a"): a, Boolean("b"): b}, selinux=mode))
    assert (finding.outcome, finding.evidence) == (outcome, evidence)
    assert (finding.cause.id if finding.cause else None) == cause


def test_what_is_off_and_what_does_not_last_is_switched_on_together() -> None:
    finding = BOOLEANS.observe(bare({Boolean("a"): OFF, Boolean("b"): PASSING}, selinux="enforcing"))
    assert finding.remedy is not None
    assert finding.remedy.commands == ("setsebool -P a=1 b=1",)


@pytest.mark.parametrize(
    ("label", "mode", "outcome", "evidence", "verb"),
    [
        (Label("http_port_t", local=True), "enforcing", "passed", "port 4080 is http_port_t", ""),
        (Label("x_t", exact=False), "enforcing", "failed", "port 4080 is x_t, should be http_port_t", "-a"),
        (Label("x_t"), "permissive", "warning", "SELinux is permissive", "-m"),
        (None, "enforcing", "failed", "port 4080 is -", "-a"),
    ],
)
def test_a_port(label: Label | None, mode: str, outcome: str, evidence: str, verb: str) -> None:
    finding = PORT.observe(bare({PortLabel(4080): label}, selinux=mode))
    assert finding.outcome == outcome
    assert evidence in finding.evidence
    if verb:
        assert finding.remedy is not None and finding.cause is not None
        assert finding.remedy.commands == (f"semanage port {verb} -t http_port_t -p tcp 4080",)
        assert finding.cause.id == "selinux-port-type"


def test_only_root_can_say() -> None:
    with pytest.raises(NotKnown):
        PORT.observe(bare({PortLabel(4080): Unknown("closed", "root")}, selinux="enforcing"))


def test_of_a_port_within_a_range_that_was_spoken_of_nothing_is_promised_that_would_fail() -> None:
    label = Label("x_t", exact=False, local=True, range="4070-4090")
    finding = PORT.observe(bare({PortLabel(4080): label}, selinux="enforcing"))
    assert "one of 4070-4090" in finding.evidence
    assert finding.remedy is not None
    assert (finding.remedy.commands, finding.remedy.step) == ((), "")
