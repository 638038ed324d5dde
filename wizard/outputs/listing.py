"""Guides, facts, questions and instances as JSON data, as in `wizard/schemas/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.answers.questions import SECRET, Question
from wizard.base.values import as_dict
from wizard.guide import Guide
from wizard.host.facts import Facts
from wizard.outputs.as_json import value_data


def guide_data(guide: Guide) -> dict[str, str]:
    """A guide: its id, title and summary."""
    return {"id": guide.id, "title": guide.title(), "summary": guide.summary()}


def facts_data(facts: Facts) -> dict[str, Any]:
    """The facts of a machine by their names."""
    return as_dict(facts)


def question_data(question: Question, default: Any) -> dict[str, Any]:
    """A question with its default, None for a secret."""
    return {
        "key": question.key,
        "title": question.title,
        "help": question.help,
        "kind": question.kind,
        "group": question.group,
        "advanced": question.advanced,
        "choices": list(question.choices),
        "secret": question.kind == SECRET,
        "default": value_data(default),
    }


def instances_data(kept: Mapping[str, Any], found: Iterable[str]) -> list[dict[str, Any]]:
    """The instances of a guide: those with a state, then those installed by hand."""
    return [{"name": name, "kept": name in kept} for name in (*kept, *found)]
