"""Instances detected on a host that were installed without Jalon."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from wizard.answers.questions import SECRET, Question, check_answers
from wizard.base.excerpt import excerpt
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import Value, field, replace
from wizard.host.facts import Facts


class Detected(Value):
    """A detected answer (a `Secret` if it is secret) and the file or setting that it was read from."""

    value: Any
    where: str


class Found(Value):
    """An instance that was installed by hand: its name, the detected answers by key, and for each undetected one the
    reason; those take their default, and secrets stay empty.

    `unsupported` holds properties that no question covers yet, by the guide's own names, with what was seen: probes
    that depend on them are not evaluated. `closed` is why nothing of the instance can be read, or "".
    """

    name: str
    detected: Mapping[str, Detected]
    undetected: Mapping[str, str]
    unsupported: Mapping[str, str] = field(default_factory=dict)
    closed: str = ""

    @property
    def answers(self) -> dict[str, Any]:
        """The detected answers that are not secret."""
        return {key: one.value for key, one in self.detected.items() if not isinstance(one.value, Secret)}

    @property
    def secrets(self) -> dict[str, str]:
        """The detected secrets; "" for one that is not stored anywhere."""
        return {key: one.value.reveal() for key, one in self.detected.items() if isinstance(one.value, Secret)}


def without_invalid(found: Found, questions: Sequence[Question], facts: Facts, needed: Container[str] = ()) -> Found:
    """Return the instance with invalid detected answers moved to `undetected`, with the reason. Answers in `needed` are
    kept even if invalid: their default would describe another instance."""
    plain = [question for question in questions if question.kind != SECRET]
    detected, undetected = dict(found.detected), dict(found.undetected)
    for key, wrong in check_answers(plain, found.answers, facts)[1]:
        if key in detected and key not in needed:
            text = _("{value} stands in {where}, and cannot be an answer: {wrong}")
            seen = excerpt(str(detected[key].value))
            undetected[key] = text.format(value=seen, where=detected.pop(key).where, wrong=wrong)
    return replace(found, detected=detected, undetected=undetected)
