"""Reuse of earlier answers, from a previous run or detected on the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wizard.answers.questions import SECRET, Question, check_answers
from wizard.base.values import replace
from wizard.host.facts import Facts


def secret_keys(questions: Sequence[Question]) -> set[str]:
    """Return the keys of the secret answers."""
    return {question.key for question in questions if question.kind == SECRET}


def without_consequences(questions: Sequence[Question], saved: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the saved answers without those equal to their computed default, so that a default which depends on a
    changed answer is computed again."""
    answers, _errors = check_answers(questions, saved, facts, dict.fromkeys(secret_keys(questions), ""))
    follows = {one.key for one in questions if one.key in saved and answers[one.key] == one.default_for(answers, facts)}
    return {key: value for key, value in saved.items() if key not in follows}


def accept_missing_secret(question: Question) -> Question:
    """Return a secret's question without generation and check, so that an unreadable secret may stay empty."""
    return replace(question, length=0, check=lambda v, a, f: "") if question.kind == SECRET else question
