"""Readings of SELinux's booleans and port labels. No child process is started if SELinux is off."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.facts import Facts
from wizard.host.reading import Reading, Unknown

ENFORCE = Path("/sys/fs/selinux/enforce")


def active(facts: Facts) -> bool:
    """Whether SELinux is enforcing or permissive."""
    return facts.selinux not in ("", "disabled")


class Switch(Value):
    """The value of a boolean `now`, and after a reboot (`lasting`)."""

    now: bool
    lasting: bool


class Boolean(Reading["Switch | None"]):
    """A boolean of the policy; None if the policy has none of that name."""

    family: ClassVar[str] = "selinux-booleans"
    name: str


class Label(Value):
    """The type of a port in the policy. `exact`: assigned to that port alone, not to a range; `local`: assigned on this
    host with `semanage`, to `range` if it was a range."""

    type: str
    exact: bool = True
    local: bool = False
    range: str = ""


class PortLabel(Reading["Label | None"]):
    """The label of a port; None if the policy has none for it."""

    family: ClassVar[str] = "selinux-ports"
    port: int
    protocol: str = "tcp"


def range_conflict(label: Label, port: int, protocol: str) -> tuple[str, str] | None:
    """Return reason and remedy if the port cannot be labelled because a local range with another type contains it;
    semanage rejects overlapping definitions. Otherwise None."""
    if not label.range:
        return None
    names = {"port": port, "range": label.range, "type": label.type, "protocol": protocol}
    why = _("port {port} is one of {range}, which somebody gave the type {type} on this host")
    told = _("Take that range back with `semanage port -d -p {protocol} {range}`, and give the rest of it again.")
    return why.format(**names), told.format(**names)


def booleans(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Boolean` readings with `semanage`, which knows the lasting value but requires root, or `getsebool`."""
    wanted = [reading for reading in readings if isinstance(reading, Boolean)]
    if not opening.exists(ENFORCE):
        return dict.fromkeys(wanted)
    if os.geteuid() == 0:
        result = run_query(["semanage", "boolean", "-l", "-n"])
        if result.status == 0:
            told = switches(result.out)
            return {one: told.get(one.name) for one in wanted}
    result = run_query(["getsebool", "-a"])
    if result.status:
        return dict.fromkeys(wanted, Unknown(f"getsebool: {result.tail}"))
    said = {words[0]: words[2] == "on" for line in lines_of(result.out) if len(words := line.split()) == 3}
    return {one: Switch(said[one.name], said[one.name]) if one.name in said else None for one in wanted}


def switches(text: str) -> dict[str, Switch]:
    """Parse the output of `semanage boolean -l`: a name, `(now , lasting)`, and a description per line."""
    found = {}
    for line in lines_of(text):
        name, _opened, rest = line.partition("(")
        states = [word.strip() for word in rest.partition(")")[0].split(",")]
        if len(states) == 2:
            found[name.strip()] = Switch(states[0] == "on", states[1] == "on")
    return found


def ports(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `PortLabel` readings with `semanage`, which requires root."""
    wanted = [reading for reading in readings if isinstance(reading, PortLabel)]
    if not opening.exists(ENFORCE):
        return dict.fromkeys(wanted)
    if os.geteuid() != 0:
        return dict.fromkeys(wanted, Unknown(_("only root may see the labels of ports"), needs="root"))
    # The full list contains local labels beside those they override; -C lists the local ones alone.
    said = [run_query(["semanage", "port", "-l", "-n", *more]) for more in (("-C",), ())]
    if failed := next((result for result in said if result.status), None):
        return dict.fromkeys(wanted, Unknown(f"semanage: {failed.tail}"))
    return {one: label(one, said[0].out, said[1].out) for one in wanted}


def label(wanted: PortLabel, local: str, policy: str) -> Label | None:
    """Return the label from two outputs of `semanage port -l`: local labels alone, and all. A local one wins, whatever
    its range (libsepol puts local definitions first), then the narrowest range."""
    found: list[tuple[bool, int, str, str]] = []
    for text, own in ((local, True), (policy, False)):
        for line in lines_of(text):
            words = line.replace(",", " ").split()
            if words[1:2] != [wanted.protocol]:
                continue
            for low, _dash, high in (word.partition("-") for word in words[2:]):
                if int(low) <= wanted.port <= int(high or low):
                    found.append((not own, int(high or low) - int(low), words[0], f"{low}-{high}" if high else ""))
    if not found:
        return None
    policys, span, kind, spoken = min(found)
    return Label(kind, exact=span == 0, local=not policys, range="" if policys else spoken)
