"""Readings of the kernel's packet filter: whether others reach a port of this machine.

Whether there are any rules is asked of the kernel itself, by netlink (linux/netfilter/nf_tables.h), which takes no
process; `nft` or `iptables-save` is run only where there are some.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host import netlink, opening
from wizard.host.children import run_query
from wizard.host.packet_rules import Chain, Passage, of_iptables, of_nft, passage
from wizard.host.reading import Reading, Unknown

LEGACY = "/proc/net/ip_tables_names"
NETLINK_NETFILTER, NFNL_SUBSYS_NFTABLES, NFT_MSG_NEWCHAIN, NFT_MSG_GETCHAIN = 12, 10, 3, 4
NEW_CHAIN, GET_CHAIN = (NFNL_SUBSYS_NFTABLES << 8 | kind for kind in (NFT_MSG_NEWCHAIN, NFT_MSG_GETCHAIN))
# linux/netfilter/nfnetlink.h: the family (all), the version, and a number that is not used.
ALL_FAMILIES = struct.pack("=BBH", 0, 0, 0)
NFTA_CHAIN_HOOK = 4
# What nft cannot say in words of its own, because iptables made it.
FOREIGN = '"xt":'
MISSING = 127


class PortFromOutside(Reading[Passage]):
    """What becomes of connections from other machines to a TCP port of this one, over IPv4."""

    family: ClassVar[str] = "netfilter"
    nothing: ClassVar[Passage] = Passage()
    port: int


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `PortFromOutside`; the rules are read once."""
    wanted = [one for one in readings if isinstance(one, PortFromOutside)]
    if os.geteuid() != 0:
        return dict.fromkeys(wanted, Unknown(_("only root may read the rules of the packet filter"), needs="root"))
    rules = _rules()
    if isinstance(rules, Unknown):
        return dict.fromkeys(wanted, rules)
    return {one: passage(_chains(rules, one.port)) for one in wanted}


class _Rules(Value):
    """What `nft` and `iptables-save` say; nothing where there are no rules."""

    nft: str = ""
    saved: str = ""


def _chains(rules: _Rules, port: int) -> list[Chain]:
    saved = of_iptables(rules.saved, port)
    # iptables made them, and can say what nft has no words for.
    known = {one.table for one in saved}
    listed = of_nft(json.loads(rules.nft), port) if rules.nft else []
    return [*saved, *(one for one in listed if one.table not in known)]


def _rules() -> _Rules | Unknown:
    listed = saved = ""
    missing = Unknown(_("there are rules of a packet filter, and neither `nft` nor `iptables-save` to show them"))
    hooks = _has_hooks()
    if isinstance(hooks, Unknown):
        return hooks
    if hooks:
        result = run_query(["nft", "-j", "list", "ruleset"])
        if result.status not in (0, MISSING):
            return Unknown(f"nft: {result.tail}")
        listed = result.out
        if result.status == MISSING or FOREIGN in listed:
            more = run_query(["iptables-save"])
            saved = more.out if more.status == 0 else ""
        if not listed and not saved:
            return missing
    if _has_legacy():
        results = [run_query([program]) for program in ("iptables-legacy-save", "iptables-save")]
        older = next((result.out for result in results if result.status == 0), "")
        if not older:
            return missing
        saved += older
    return _Rules(listed, saved)


def _has_legacy() -> bool:
    """Whether the kernel has tables of the older kind."""
    try:
        return bool(opening.made_up(LEGACY).strip())
    except OSError:
        return False


def _has_hooks() -> bool | Unknown:
    """Whether nf_tables has a chain that packets go through by themselves."""
    try:
        found = netlink.dump(NETLINK_NETFILTER, GET_CHAIN, ALL_FAMILIES)
        return any(kind == NEW_CHAIN and _hooked(content[len(ALL_FAMILIES) :]) for kind, content in found)
    except PermissionError:
        return Unknown(_("this machine does not let the rules of its packet filter be read"))
    except TimeoutError:
        return Unknown(_("the kernel did not say in time whether its packet filter has rules"))
    except OSError:
        # A kernel without it.
        return False


def _hooked(attributes: bytes) -> bool:
    while len(attributes) >= 4:
        length, kind = struct.unpack_from("=HH", attributes)
        if kind & 0x3FFF == NFTA_CHAIN_HOOK:
            return True
        attributes = attributes[max(4, (length + 3) & ~3) :]
    return False
