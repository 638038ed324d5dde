"""What SELinux's programs say of booleans and ports, and that none is started where it is off."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from wizard.host import selinux
from wizard.host.children import CommandResult
from wizard.host.facts import Facts
from wizard.host.reading import Unknown
from wizard.host.selinux import Boolean, Label, PortLabel, Switch, active

LASTING = """\
httpd_can_network_connect      (off  ,  off)  Allow httpd to can network connect
httpd_enable_homedirs          (on   ,   on)  Allow httpd to enable homedirs
httpd_read_user_content        (on   ,  off)  Allow httpd to read user content
"""
NOW = "httpd_can_network_connect --> off\nhttpd_enable_homedirs --> on\n"
POLICY = """\
http_cache_port_t              tcp      8080, 8118, 8123, 10001-10010
http_cache_port_t              udp      3130
http_port_t                    tcp      4080, 80, 81, 443, 488, 8008, 8009, 8443, 9000
ntp_port_t                     udp      123
unreserved_port_t              tcp      61001-65535, 1024-32767
"""
LOCAL = "http_port_t                    tcp      4080\n"
MODIFIED = "http_port_t                    tcp      8080\n"


class Programs:
    """Answer by their words, and are noted."""

    def __init__(self, said: Mapping[str, CommandResult]) -> None:
        self.said = said
        self.asked: list[str] = []

    def __call__(self, words: Sequence[str]) -> CommandResult:
        self.asked.append(" ".join(words))
        return self.said.get(self.asked[-1], CommandResult(127, "", f"{words[0]}: No such file or directory"))


def on(monkeypatch: pytest.MonkeyPatch, said: Mapping[str, CommandResult], uid: int = 0, here: bool = True) -> Programs:
    """A host with these programs, and SELinux or not."""
    made = Programs(said)
    monkeypatch.setattr(selinux, "run_query", made)
    monkeypatch.setattr(selinux, "ENFORCE", Path("/") if here else Path("/nonexistent"))
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    return made


@pytest.mark.parametrize(("mode", "is_active"), [("enforcing", True), ("permissive", True), ("disabled", False)])
def test_active(mode: str, is_active: bool) -> None:
    assert active(Facts(selinux=mode)) is is_active


def test_where_it_is_off_no_child_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    made = on(monkeypatch, {}, here=False)
    assert selinux.booleans([Boolean("x")]) == {Boolean("x"): None}
    assert selinux.ports([PortLabel(80)]) == {PortLabel(80): None}
    assert made.asked == []


def test_root_is_told_what_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    made = on(monkeypatch, {"semanage boolean -l -n": CommandResult(0, LASTING, "")})
    wanted = [Boolean(name) for name in ("httpd_enable_homedirs", "httpd_read_user_content", "nonesuch")]
    assert list(selinux.booleans(wanted).values()) == [Switch(True, True), Switch(True, False), None]
    assert made.asked == ["semanage boolean -l -n"]


@pytest.mark.parametrize("uid", [0, 1000])
def test_others_and_root_without_semanage_are_told_what_is_now(uid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, {"getsebool -a": CommandResult(0, NOW, "")}, uid)
    found = selinux.booleans([Boolean("httpd_enable_homedirs"), Boolean("httpd_can_network_connect")])
    assert list(found.values()) == [Switch(True, True), Switch(False, False)]


def test_without_either_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, {})
    found = (selinux.booleans([Boolean("x")])[Boolean("x")], selinux.ports([PortLabel(80)])[PortLabel(80)])
    assert all(isinstance(one, Unknown) and not one.needs for one in found)


def test_only_root_sees_the_labels_of_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    made = on(monkeypatch, {}, 1000)
    found = selinux.ports([PortLabel(80)])[PortLabel(80)]
    assert isinstance(found, Unknown) and found.needs == "root"
    assert made.asked == []


@pytest.mark.parametrize(
    ("port", "protocol", "label"),
    [
        (80, "tcp", Label("http_port_t")),
        (4080, "tcp", Label("http_port_t", local=True)),
        (8081, "tcp", Label("unreserved_port_t", exact=False)),
        (10005, "tcp", Label("http_cache_port_t", exact=False)),
        (8118, "tcp", Label("http_cache_port_t")),
        (123, "udp", Label("ntp_port_t")),
        (123, "tcp", None),
    ],
)
def test_the_narrowest_range_names_a_port(
    port: int, protocol: str, label: Label | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"semanage port -l -n": CommandResult(0, POLICY, ""), "semanage port -l -n -C": CommandResult(0, LOCAL, "")}
    on(monkeypatch, said)
    assert list(selinux.ports([PortLabel(port, protocol)]).values()) == [label]


def test_what_was_said_on_this_host_counts_before_what_it_replaces() -> None:
    assert selinux.label(PortLabel(8080), MODIFIED, MODIFIED + POLICY) == Label("http_port_t", local=True)
    assert selinux.label(PortLabel(8080), MODIFIED, POLICY + MODIFIED) == Label("http_port_t", local=True)


def test_a_range_that_was_spoken_of_on_this_host_counts_before_a_port_of_the_policy() -> None:
    spoken = "mine_t                         tcp      75-85\n"
    found = selinux.label(PortLabel(80), spoken, spoken + POLICY)
    assert found == Label("mine_t", exact=False, local=True, range="75-85")
