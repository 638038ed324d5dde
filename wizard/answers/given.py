"""Questions that were answered before, in another run or by a host: what of that goes on to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wizard.answers.questions import SECRET, Question, check_answers
from wizard.base.values import replace
from wizard.host.facts import Facts


def secret_keys(questions: Sequence[Question]) -> set[str]:
    """The keys of the answers that are secret."""
    return {question.key for question in questions if question.kind == SECRET}


def without_consequences(questions: Sequence[Question], saved: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The kept answers but those that are what follows from the others: where one of these is given anew, what follows
    from it does so anew."""
    answers, _errors = check_answers(questions, saved, facts, dict.fromkeys(secret_keys(questions), ""))
    follows = {one.key for one in questions if one.key in saved and answers[one.key] == one.default_for(answers, facts)}
    return {key: value for key, value in saved.items() if key not in follows}


def accept_missing_secret(question: Question) -> Question:
    """The same question, not generating its secret, and taking an empty one for one that may not be read."""
    return replace(question, length=0, check=lambda v, a, f: "") if question.kind == SECRET else question
