"""A new instance beside those that are here: a name and an address of its own, so that its defaults can be carried out.

nginx takes the first of two sites that serve a name on one port: the second instance would be installed and never seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.answers.file import load_saved
from wizard.base.errors import BadData, Refused
from wizard.base.language import _
from wizard.guides.registry import guides
from wizard.instances import all_instances

ANOTHER_PORT = 8081
"""The first that is proposed where another instance answers at the usual one."""

Known = Mapping[str, Mapping[str, Any]]


def instances_here(state_dir: str = "") -> dict[str, Known]:
    """By guide and name the answers of the instances that are here; those that cannot be read are left out."""
    found: dict[str, Known] = {}
    for guide in guides().values():
        answers = {}
        try:
            for name, state in all_instances(guide, state_dir or None).items():
                try:
                    answers[name] = load_saved(state)[0]
                except (BadData, Refused, OSError):
                    continue
        except Refused:
            continue
        found[guide.id] = answers
    return found


def free_name(name: str, taken: Known) -> str:
    """That name, or with the first number behind it that no instance has."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def free_port(answers: Mapping[str, Any], here: Mapping[str, Known]) -> int:
    """The port of these answers, or the first one at which their names are free."""
    port = int(answers["http_port"])
    while holder({**answers, "http_port": port}, here):
        port = max(port + 1, ANOTHER_PORT)
    return port


def holder(answers: Mapping[str, Any], here: Mapping[str, Known]) -> str:
    """The name of an instance that answers in place of one with these answers, to its first name or to the one by which
    this machine asks it; "" where none does."""
    wanted = {*names_of(answers)[:1], *filter(None, [str(answers.get("asked_as") or "")])}
    for known in here.values():
        for name, theirs in known.items():
            same = str(theirs.get("http_port", "80")) == str(answers.get("http_port"))
            if same and wanted & {*names_of(theirs), str(theirs.get("asked_as") or "")}:
                return name
    return ""


def names_of(answers: Mapping[str, Any]) -> list[str]:
    """The names and addresses by which people reach an instance with these answers."""
    names = answers.get("hostnames") or answers.get("server_name") or ()
    return [str(name) for name in ([names] if isinstance(names, str) else names)]


def asked_instead(answers: Mapping[str, Any], here: Mapping[str, Known]) -> str:
    """Its first name, for this machine to ask it by, where another instance has the usual one; "" where that is no way
    out, or none is needed."""
    if not answers.get("asked_as") or not holder(answers, here):
        return ""
    return next((name for name in names_of(answers)[:1] if not holder({**answers, "asked_as": name}, here)), "")


def clash(answers: Mapping[str, Any], here: Mapping[str, Known]) -> str:
    """What is wrong with the port of a new instance, in words; "" where it has its address to itself."""
    name = holder(answers, here) if isinstance(answers.get("http_port"), int) else ""
    text = _("the instance `{name}` answers there: another port, or other names")
    return text.format(name=name) if name else ""
