"""This machine: its facts, and the instances of all guides that are here."""

from __future__ import annotations

from screens.model.instance import Instance, opened, there
from screens.model.progress import Found
from wizard.answers.questions import Answers
from wizard.base.errors import Refused
from wizard.guide import Guide
from wizard.guides.outside import BrokenGuide
from wizard.guides.registry import broken, guides
from wizard.host.facts import Facts, gather


def around(state_dir: str) -> tuple[Facts, list[Found], dict[str, str]]:
    """The facts, the instances that are here, and by guide why its instances cannot be looked for, or why it cannot be
    used itself. Not for the interface's thread."""
    facts = gather()
    found: list[Found] = []
    wrong: dict[str, str] = {}
    for guide in guides().values():
        try:
            names = there(guide, state_dir)
        except Refused as refused:
            wrong[guide.id] = " ".join(refused.lines)
            continue
        for name in names:
            try:
                found.append(Found(guide.id, name, opened(guide.id, name, state_dir)))
            except Refused as refused:
                found.append(Found(guide.id, name, wrong=" ".join(line.strip() for line in refused.lines)))
    return facts, found, {**unusable(), **wrong}


def unusable() -> dict[str, str]:
    """Why guides from outside cannot be used, by name."""
    return {one.name: " ".join(BrokenGuide(one).lines) for one in broken()}


def unanswered(guide: Guide) -> Instance:
    """What is known of an instance before its answers are."""
    return Instance(guide, Answers({}), Facts(), "", False)
