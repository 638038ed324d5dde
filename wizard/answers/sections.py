"""Questions in sections, as a guide's page writes them."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers.questions import Question
from wizard.base.values import Value, replace


class Section(Value):
    """Questions under one heading, in the order in which they are asked; the `advanced` ones, which follow the others,
    are folded away until somebody looks for them. One among `questions` may say `advanced=True` itself, where it must
    be asked before one that is not."""

    title: str
    questions: Sequence[Question] = ()
    advanced: Sequence[Question] = ()


def in_order(sections: Sequence[Section]) -> tuple[Question, ...]:
    """Every question of these sections, each with its heading, in the order in which they are asked."""
    found: list[Question] = []
    for section in sections:
        found += [replace(one, group=section.title) for one in section.questions]
        found += [replace(one, group=section.title, advanced=True) for one in section.advanced]
    return tuple(found)
