from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wizard.host.packet_rules import Passage, of_iptables, of_nft, passage

RECORDED = Path(__file__).parent / "recorded"


def chain(policy: str = "accept", **more: Any) -> dict[str, Any]:
    """A base chain of `inet t`."""
    given = {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input", "prio": 0}
    return {"chain": {**given, "policy": policy, **more}}


def rule(*expressions: Any, name: str = "in") -> dict[str, Any]:
    """A rule of a chain of `inet t`."""
    made = [one if isinstance(one, dict) else {one: None} for one in expressions]
    return {"rule": {"family": "inet", "table": "t", "chain": name, "expr": made}}


def match(left: Any, right: Any, op: str = "==") -> dict[str, Any]:
    """A match of nft's JSON."""
    return {"match": {"op": op, "left": left, "right": right}}


def port(right: Any, op: str = "==") -> dict[str, Any]:
    """A match of the port that is asked for."""
    return match({"payload": {"protocol": "tcp", "field": "dport"}}, right, op)


IIF = {"meta": {"key": "iifname"}}
STATE = {"ct": {"key": "state"}}
SOURCE = {"payload": {"protocol": "ip", "field": "saddr"}}
LAN = {"prefix": {"addr": "10.0.0.0", "len": 8}}
UDP = {"payload": {"protocol": "udp", "field": "dport"}}
KNOWN = match(STATE, ["established", "related"], "in")


def state(*entries: dict[str, Any]) -> str:
    """What becomes of connections to port 80."""
    return passage(of_nft({"nftables": list(entries)}, 80)).state


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        ([], "open"),
        ([chain()], "open"),
        ([chain("drop")], "stopped"),
        ([chain("drop", hook="output")], "open"),
        ([chain("drop", family="ip6")], "open"),
        ([chain("drop"), rule(port(80), "accept")], "open"),
        ([chain("drop"), rule(port({"set": [22, 80]}), "accept")], "open"),
        ([chain("drop"), rule(port({"range": [1, 1024]}), "accept")], "open"),
        ([chain("drop"), rule(port({"set": [22, 443]}), "accept")], "stopped"),
        ([chain("drop"), rule(port(443, "!="), "accept")], "open"),
        ([chain("drop"), rule(match(IIF, "lo"), "accept"), rule(KNOWN, "accept")], "stopped"),
        ([chain("drop"), rule(match(IIF, "eth0"), port(80), "accept")], "partly"),
        ([chain("drop"), rule(match(SOURCE, LAN), "accept")], "partly"),
        ([chain("drop"), rule(match(UDP, 80), "accept"), rule(match(UDP, 80, "!="), "accept")], "stopped"),
        ([chain(), rule(match(IIF, "lo", "!="), port(80), "drop")], "stopped"),
        ([chain(), rule(match(SOURCE, LAN), "drop")], "open"),
        ([chain(), rule(match(SOURCE, {"set": "@banned"}), "reject")], "open"),
        ([chain(), rule({"reject": {"type": "tcp reset"}}), rule(port(80), "accept")], "stopped"),
        ([chain(), rule(match(STATE, "new"), port(80), {"limit": {"rate": 1}}, "accept"), rule("drop")], "partly"),
        ([chain("drop"), rule({"jump": {"target": "web"}}), rule(port(80), "accept", name="web")], "stopped"),
        (
            [
                chain("drop"),
                {"chain": {"family": "inet", "table": "t", "name": "web"}},
                rule({"jump": {"target": "web"}}),
                rule(port(80), "accept", name="web"),
            ],
            "open",
        ),
        (
            [
                chain("drop"),
                {"set": {"family": "inet", "table": "t", "name": "ports", "elem": [22, 80]}},
                rule(port("@ports"), "accept"),
            ],
            "open",
        ),
        (
            [
                chain("drop"),
                rule({"vmap": {"key": STATE, "data": {"set": [["established", {"accept": None}]]}}}),
                rule({"vmap": {"key": port(80)["match"]["left"], "data": {"set": [[80, {"accept": None}]]}}}),
            ],
            "open",
        ),
        ([chain(), chain("drop", name="late", prio=10), rule(port(80), "accept")], "stopped"),
    ],
)
def test_a_new_connection_from_elsewhere(entries: list[dict[str, Any]], wanted: str) -> None:
    assert state(*entries) == wanted


def test_chains_that_lead_to_each_other_end() -> None:
    web = {"chain": {"family": "inet", "table": "t", "name": "web"}}
    assert state(chain("drop"), web, rule({"jump": {"target": "web"}}), rule({"jump": {"target": "web"}}, name="web"))


def test_what_stops_it_is_named() -> None:
    said = {"nftables": [chain(), rule(match(IIF, "lo", "!="), port(80), "drop")]}
    assert passage(of_nft(said, 80)) == Passage("stopped", "inet t in", "iifname != lo tcp dport 80 drop")


SAVED = """*filter
:INPUT ACCEPT [0:0]
:WEB - [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT
{}
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A INPUT -p tcp --dport 80 -j ACCEPT
-A WEB -p tcp -m multiport --dports 80,443 -m comment --comment "the web, -j DROP" -j ACCEPT
COMMIT
"""


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", "stopped"),
        ("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT", "open"),
        ("-A INPUT -p tcp -m tcp --dport 79:81 -j ACCEPT", "open"),
        ("-A INPUT -p tcp -m tcp ! --dport 443 -j ACCEPT", "open"),
        ("-A INPUT -s 10.0.0.0/8 -p tcp --dport 80 -j ACCEPT", "partly"),
        ("-A INPUT -p udp --dport 80 -j ACCEPT", "stopped"),
        ("-A INPUT -j WEB", "open"),
        ("-A INPUT -j LOG --log-prefix x", "stopped"),
        ("-A INPUT -m set --match-set friends src -j ACCEPT", "partly"),
    ],
)
def test_the_order_of_iptables_rules_counts(line: str, wanted: str) -> None:
    assert passage(of_iptables(SAVED.format(line), 80)).state == wanted


def test_ufw_with_one_port_open() -> None:
    saved = (RECORDED / "ufw.save").read_text()
    assert [passage(of_iptables(saved, one)).state for one in (22, 80)] == ["open", "stopped"]


@pytest.mark.parametrize("broken", ["{}", '{"nftables": [1, {"rule": {}}, {"chain": {"family": "inet", "hook": 3}}]}'])
def test_what_is_not_understood_stops_nobody(broken: str) -> None:
    assert passage(of_nft(json.loads(broken), 80)) == Passage()
