"""Which answer an obstacle is about, from its words: the one that it names, or else the one whose value it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wizard.answers.questions import CHOICE, SECRET, TRUTH, Answers, Question

SHORTEST = 3
"""Shorter values stand in too many texts."""


def concerned(questions: Sequence[Question], answers: Answers, why: str, remedy: str) -> str:
    """The key of that answer; "" where the words say of none."""
    keys = {one.key for one in questions}
    for text in (remedy, why):
        # A remedy says "the answer `http_port`", in any language.
        if named := next((word for word in re.findall(r"`([a-z][a-z0-9_]*)`", text) if word in keys), ""):
            return named
    found = [(len(value), one.key) for one in questions for value in _values(one, answers) if _stands(value, why)]
    # Of two as long, the first that is asked: others follow from it.
    return max(found, key=lambda one: one[0])[1] if found else ""


def _values(question: Question, answers: Answers) -> Iterator[str]:
    if question.kind in (SECRET, CHOICE, TRUTH):
        return
    value = answers.get(question.key)
    for one in value if isinstance(value, tuple | list) else (value,):
        if len(text := str(one)) >= SHORTEST:
            yield text


def _stands(value: str, text: str) -> bool:
    """Whether a value stands in a text by itself; a path, also as the beginning of another."""
    return re.search(rf"(?<![\w./-]){re.escape(value)}(?![\w-])(?!\.\w)", text) is not None
