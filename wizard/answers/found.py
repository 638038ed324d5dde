"""What was found on a host that nobody told Jalon of: instances that somebody installed by hand."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import field
from typing import Any

from wizard.answers.questions import SECRET, Question, check_answers
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import Value, replace
from wizard.host.facts import Facts


class Detected(Value):
    """An answer that the host gives, a `Secret` where it is one, and the place where it stands."""

    value: Any
    where: str


class Found(Value):
    """An instance that was installed by hand: its name, the answers that the host gives by their keys, and why it does
    not give others that it could; those keep their default, and secrets stay empty.

    `beyond` is what no answer can say yet, as words of its guide with what was seen: what depends on it is not judged.
    `closed` says why nothing of the instance can be, where that is so.
    """

    name: str
    detected: Mapping[str, Detected]
    undetected: Mapping[str, str]
    unsupported: Mapping[str, str] = field(default_factory=dict)
    closed: str = ""

    @property
    def answers(self) -> dict[str, Any]:
        """The answers that are no secrets."""
        return {key: one.value for key, one in self.detected.items() if not isinstance(one.value, Secret)}

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets. One that is known to stand nowhere is empty."""
        return {key: one.value.reveal() for key, one in self.detected.items() if isinstance(one.value, Secret)}


def without_invalid(found: Found, questions: Sequence[Question], facts: Facts, needed: Container[str] = ()) -> Found:
    """The same, but that what would be refused as an answer keeps its default, and says why. Of those that are `needed`
    no other than the one found will do: without it, something else would be looked at."""
    plain = [question for question in questions if question.kind != SECRET]
    detected, undetected = dict(found.detected), dict(found.undetected)
    for key, wrong in check_answers(plain, found.answers, facts)[1]:
        if key in detected and key not in needed:
            text = _("{value} stands in {where}, and cannot be an answer: {wrong}")
            undetected[key] = text.format(value=detected[key].value, where=detected.pop(key).where, wrong=wrong)
    return replace(found, detected=detected, undetected=undetected)
