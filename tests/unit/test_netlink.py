from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator

import pytest

from wizard.host import netfilter, netlink, opening
from wizard.host.children import CommandResult
from wizard.host.netfilter import ALL_FAMILIES, NEW_CHAIN, PortFromOutside, answer
from wizard.host.netlink import HEADER, NLMSG_DONE, NLMSG_ERROR, dump, messages
from wizard.host.packet_rules import Passage
from wizard.host.reading import Unknown

PORT = PortFromOutside(80)
# linux/netfilter/nf_tables.h, netlink.h
NFTA_CHAIN_NAME, NFTA_CHAIN_HOOK, NLA_F_NESTED = 3, 4, 0x8000


@pytest.fixture(autouse=True)
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def message(kind: int, content: bytes = b"") -> bytes:
    return HEADER.pack(HEADER.size + len(content), kind, 0, 1, 0) + content + b"\0" * (-len(content) % 4)


def attribute(kind: int, content: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(content), kind) + content + b"\0" * (-len(content) % 4)


def test_messages_are_told_apart_and_padded_to_four_bytes() -> None:
    assert list(messages(message(20, b"a") + message(21, b"bcde") + message(NLMSG_DONE))) == [
        *((20, b"a"), (21, b"bcde"), (NLMSG_DONE, b""))
    ]


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (message(NLMSG_ERROR, struct.pack("=i", -errno.EPERM)), errno.EPERM),
        (message(NLMSG_ERROR), errno.EPROTO),
        (message(20, b"abcd")[:-1], errno.EPROTO),
        (HEADER.pack(0, 20, 0, 1, 0), errno.EPROTO),
    ],
)
def test_an_error_is_the_kernel_s_own_and_what_is_cut_off_is_one(data: bytes, number: int) -> None:
    with pytest.raises(OSError, match=r".") as caught:
        list(messages(message(20, b"ok") + data))
    assert caught.value.errno == number


def test_a_protocol_that_the_kernel_lacks_is_an_error() -> None:
    with pytest.raises(OSError, match=r"."):
        list(dump(255, 20, b""))


def chain(*attributes: bytes) -> list[tuple[int, bytes]]:
    return [(NEW_CHAIN, ALL_FAMILIES + b"".join(attributes))]


NAMED, HOOKED = attribute(NFTA_CHAIN_NAME, b"input\0"), attribute(NFTA_CHAIN_HOOK | NLA_F_NESTED, b"\0" * 8)


@pytest.mark.parametrize(("found", "asked"), [(chain(NAMED), False), (chain(NAMED) + chain(NAMED, HOOKED), True)])
def test_rules_are_asked_for_where_packets_meet_a_chain(
    monkeypatch: pytest.MonkeyPatch, found: list[tuple[int, bytes]], asked: bool
) -> None:
    ran: list[list[str]] = []

    def run(words: list[str]) -> CommandResult:
        ran.append(words)
        return CommandResult(0, '{"nftables": []}', "")

    monkeypatch.setattr(netlink, "dump", lambda *question: iter(found))
    monkeypatch.setattr(netfilter, "run_query", run)
    monkeypatch.setattr(opening, "made_up", lambda path: b"")
    assert answer([PORT]) == {PORT: Passage()}
    assert ran == ([["nft", "-j", "list", "ruleset"]] if asked else [])


@pytest.mark.parametrize(("number", "known"), [(errno.EPERM, False), (errno.ETIMEDOUT, False), (errno.EINVAL, True)])
def test_no_rule_is_said_only_where_the_kernel_has_no_packet_filter(
    monkeypatch: pytest.MonkeyPatch, number: int, known: bool
) -> None:
    def refused(*question: object) -> Iterator[tuple[int, bytes]]:
        raise OSError(number, "refused")

    monkeypatch.setattr(netlink, "dump", refused)
    monkeypatch.setattr(opening, "made_up", lambda path: b"")
    assert isinstance(answer([PORT])[PORT], Unknown) != known
