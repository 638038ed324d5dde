"""Readings of SELinux: its booleans and what its policy calls ports. No child is started where it is off."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host.children import run_query
from wizard.host.facts import Facts
from wizard.host.reading import Reading, Unknown

ENFORCE = Path("/sys/fs/selinux/enforce")


def active(facts: Facts) -> bool:
    """Whether SELinux forbids or notes anything here: it is there, and not disabled."""
    return facts.selinux not in ("", "disabled")


class Switch(Value):
    """A boolean as it is `now`, and as it is from the next start on (`lasting`)."""

    now: bool
    lasting: bool


class Boolean(Reading["Switch | None"]):
    """A boolean of the policy; None where the policy has none of that name."""

    family: ClassVar[str] = "selinux-booleans"
    name: str


class Label(Value):
    """What the policy calls a port. `exact`: that port alone or first of all, not as one of a range; `local`:
    somebody said so on this host, and `range` is the one that was spoken of, where it was one."""

    type: str
    exact: bool = True
    local: bool = False
    range: str = ""


class PortLabel(Reading["Label | None"]):
    """The label of a port; None where the policy has none for it."""

    family: ClassVar[str] = "selinux-ports"
    port: int
    protocol: str = "tcp"


def range_conflict(label: Label, port: int, protocol: str) -> tuple[str, str] | None:
    """Why, and the remedy, where nothing may be said of a port alone: somebody gave another type to a range with it in,
    and SELinux takes no second word for one of them."""
    if not label.range:
        return None
    names = {"port": port, "range": label.range, "type": label.type, "protocol": protocol}
    why = _("port {port} is one of {range}, which somebody gave the type {type} on this host")
    told = _("Take that range back with `semanage port -d -p {protocol} {range}`, and give the rest of it again.")
    return why.format(**names), told.format(**names)


def booleans(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every boolean: `semanage`, which knows what lasts, where root may ask it; otherwise `getsebool`."""
    wanted = [reading for reading in readings if isinstance(reading, Boolean)]
    if not ENFORCE.exists():
        return dict.fromkeys(wanted)
    if os.geteuid() == 0:
        result = run_query(["semanage", "boolean", "-l", "-n"])
        if result.status == 0:
            told = switches(result.out)
            return {one: told.get(one.name) for one in wanted}
    result = run_query(["getsebool", "-a"])
    if result.status:
        return dict.fromkeys(wanted, Unknown(f"getsebool: {result.tail}"))
    said = {words[0]: words[2] == "on" for line in result.out.splitlines() if len(words := line.split()) == 3}
    return {one: Switch(said[one.name], said[one.name]) if one.name in said else None for one in wanted}


def switches(text: str) -> dict[str, Switch]:
    """What `semanage boolean -l` says: a name, then `(now , lasting)`, then what it is for."""
    found = {}
    for line in text.splitlines():
        name, _opened, rest = line.partition("(")
        states = [word.strip() for word in rest.partition(")")[0].split(",")]
        if len(states) == 2:
            found[name.strip()] = Switch(states[0] == "on", states[1] == "on")
    return found


def ports(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every port that was asked for, by `semanage`, which answers root alone."""
    wanted = [reading for reading in readings if isinstance(reading, PortLabel)]
    if not ENFORCE.exists():
        return dict.fromkeys(wanted)
    if os.geteuid() != 0:
        return dict.fromkeys(wanted, Unknown(_("only root may see the labels of ports"), needs="root"))
    # What was said on this host stands beside what it replaces; alone it can be told from it.
    said = [run_query(["semanage", "port", "-l", "-n", *more]) for more in (("-C",), ())]
    if failed := next((result for result in said if result.status), None):
        return dict.fromkeys(wanted, Unknown(f"semanage: {failed.tail}"))
    return {one: label(one, said[0].out, said[1].out) for one in wanted}


def label(wanted: PortLabel, local: str, policy: str) -> Label | None:
    """The label by two lists of `semanage port -l`, that of this host alone and the whole. What was said on this host
    wins, of however wide a range (libsepol puts it before the policy's own); then the narrowest range."""
    found: list[tuple[bool, int, str, str]] = []
    for text, own in ((local, True), (policy, False)):
        for line in text.splitlines():
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
