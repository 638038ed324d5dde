"""Searching by words: whatever their case and their accents, all of them, in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from screens.model.look import word
from screens.model.point import Change, Data, Point
from screens.model.walk import Walk
from wizard.base.values import Value
from wizard.findings.words import outcome_word


class Hit(Value):
    """A change or a finding, and the checkpoint that it is of."""

    point: Point
    subject: Change | Data


def flat(text: str) -> str:
    """A text as it is compared; as long as it was, so that places in it stay."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)


def holds(wanted: str, text: str) -> bool:
    """Whether all words of `wanted` are in that text."""
    found = flat(text)
    return all(one in found for one in flat(wanted).split())


def places(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of `wanted` are in that text."""
    found = flat(text)
    for one in flat(wanted).split():
        yield from (match.span() for match in re.finditer(re.escape(one), found))


def hits(walk: Walk, wanted: str) -> list[Hit]:
    """The findings, and the changes that are left, in which all those words are; in the guide's order."""
    found: list[Hit] = []
    for point in walk.points:
        subjects: list[Change | Data] = [*point.changes, *point.probes.values()]
        found += [Hit(point, one) for one in subjects if holds(wanted, f"{point.id} {point.title} {_text(one)}")]
    return found


def _text(subject: Change | Data) -> str:
    """All that is said of one."""
    if isinstance(subject, Change):
        typed = [str(one["text"]) for one in subject.typed]
        return " ".join([subject.title, subject.subject, word("todo"), *typed])
    cause, remedy = subject.get("cause") or {}, subject.get("remedy") or {}
    named = (subject["id"], subject["title"], subject.get("evidence"), subject.get("because"))
    why = (cause.get("id"), cause.get("text"), remedy.get("text"), *remedy.get("commands", ()))
    # By the outcome's name, and as it is shown.
    outcome = str(subject["outcome"])
    return " ".join(str(one) for one in (*named, *why, outcome, outcome_word(outcome)) if one)
