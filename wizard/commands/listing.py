"""`jalon guides`, `facts`, `questions`, `answers`: what there is, for people and for programs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any

from wizard.answers.questions import SECRET, Question, example, settle, toml_value
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import as_dict
from wizard.guides.registry import broken, guides
from wizard.host.facts import Facts, gather
from wizard.outputs.facts import readable
from wizard.session import guide_named


def list_guides(words: Namespace) -> int:
    """Every guide, a line each, and those that cannot be used, with the reason of each."""
    known = [{"id": guide.id, "title": guide.title(), "summary": guide.summary()} for guide in guides().values()]
    if words.format != "json":
        for one in known:
            print(f"{one['id']:<14} {one['summary']}")
    for each in broken():
        # What programs read holds the guides that they can use.
        stream = sys.stderr if words.format == "json" else sys.stdout
        text = _("cannot be used ({place}): {why}").format(place=each.place, why=each.why)
        print(f"{each.name:<14} {text}", *filter(None, [each.remedy]), sep=f"\n{'':<15}", file=stream)
    return _json(known) if words.format == "json" else 0


def list_facts(words: Namespace) -> int:
    """What is true of this machine."""
    facts = gather()
    if words.format == "json":
        return _json(facts_data(facts))
    for name, value in readable(facts).items():
        print(f"{name:<16} {value}")
    return 0


def list_questions(words: Namespace) -> int:
    """Every question of a guide, with its default on this machine."""
    guide = guide_named(words.guide)
    questions, answers = guide.questions(), _defaults(words)
    data = [_question(one, answers[one.key]) for one in questions]
    if words.format == "json":
        return _json(data)
    for one in data:
        shown = _("(generated)") if one["secret"] else toml_value(one["default"])
        print(f"{one['key']:<24} {one['title']} [{shown}]")
    return 0


def print_answers(words: Namespace) -> int:
    """An answers file with every question, default and help."""
    sys.stdout.write(example(guide_named(words.guide).questions(), _defaults(words)))
    return 0


def facts_data(facts: Facts) -> dict[str, Any]:
    """The facts as data."""
    return as_dict(facts)


def _defaults(words: Namespace) -> Any:
    return settle(guide_named(words.guide).questions(), {}, gather())


def _question(question: Question, default: Any) -> dict[str, Any]:
    return {
        "key": question.key,
        "title": question.title,
        "help": question.help,
        "kind": question.kind,
        "group": question.group,
        "advanced": question.advanced,
        "choices": list(question.choices),
        "secret": question.kind == SECRET,
        "default": None if isinstance(default, Secret) else (list(default) if isinstance(default, tuple) else default),
    }


def _json(data: Any) -> int:
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0
