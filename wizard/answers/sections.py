"""Questions grouped in sections, as a guide declares them."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers.questions import Question
from wizard.base.values import Value, replace


class Section(Value):
    """Questions under one heading, in order. The `advanced` ones follow and are collapsed at first. A question among
    `questions` may itself set `advanced=True` if a later, plain one depends on it."""

    title: str
    questions: Sequence[Question] = ()
    advanced: Sequence[Question] = ()


def in_order(sections: Sequence[Section]) -> tuple[Question, ...]:
    """Return the questions of all sections in order, each with its section's title as `group`."""
    found: list[Question] = []
    for section in sections:
        found += [replace(one, group=section.title) for one in section.questions]
        found += [replace(one, group=section.title, advanced=True) for one in section.advanced]
    return tuple(found)
