"""Reuse of earlier answers, from a previous run or detected on the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from wizard.answers.questions import SECRET, Question, check_answers
from wizard.base.confidential import IN_ADDRESS, remember
from wizard.base.secret import Secret
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


def remember_secrets(questions: Sequence[Question], *given: Mapping[str, Any]) -> None:
    """Have the secrets among these answers, and the passwords in their addresses, masked in all that is shown."""
    keys = secret_keys(questions)
    secrets: list[Secret] = []
    told: list[str] = []
    for key, value in (pair for answers in given for pair in answers.items()):
        for one in value if isinstance(value, list | tuple) else (value,):
            text = one.reveal() if isinstance(one, Secret) else one
            if not isinstance(text, str):
                continue
            password = password_in(text)
            secrets += [Secret(key, text)] if key in keys else []
            secrets += [Secret(key, password)] if password else []
            told += [] if key in keys or password else [text]
    remember(secrets, told)


def password_in(address: str) -> str:
    """The password in an address (`https://user:PASSWORD@host`); "" for none."""
    found = IN_ADDRESS.search(address)
    return unquote(found["password"] or found["token"]) if found else ""


def accept_missing_secret(question: Question) -> Question:
    """Return a secret's question without generation and check, so that an unreadable secret may stay empty."""
    return replace(question, length=0, check=lambda v, a, f: "") if question.kind == SECRET else question
