"""`jalon guides`, `facts`, `questions`, `answers`: what there is, for people and for programs."""

from __future__ import annotations

import sys
from argparse import Namespace

from wizard.answers.questions import Answers, example, toml_value, validate_answers
from wizard.base.language import _
from wizard.commands.status import OK
from wizard.guides.registry import broken, guides
from wizard.host.facts import gather
from wizard.outputs.as_json import print_json
from wizard.outputs.facts import readable
from wizard.outputs.listing import facts_data, guide_data, question_data
from wizard.session import guide_named


def list_guides(words: Namespace) -> int:
    """Every guide, a line each, and those that cannot be used, with the reason of each."""
    known = [guide_data(guide) for guide in guides().values()]
    if words.format != "json":
        for one in known:
            print(f"{one['id']:<14} {one['summary']}")
    for each in broken():
        # What programs read holds the guides that they can use.
        stream = sys.stderr if words.format == "json" else sys.stdout
        text = _("cannot be used ({place}): {why}").format(place=each.place, why=each.why)
        print(f"{each.name:<14} {text}", *filter(None, [each.remedy]), sep=f"\n{'':<15}", file=stream)
    if words.format == "json":
        print_json(known)
    return OK


def list_facts(words: Namespace) -> int:
    """What is true of this machine."""
    facts = gather()
    if words.format == "json":
        print_json(facts_data(facts))
        return OK
    for name, value in readable(facts).items():
        print(f"{name:<16} {value}")
    return OK


def list_questions(words: Namespace) -> int:
    """Every question of a guide, with its default on this machine."""
    questions, answers = guide_named(words.guide).questions(), _defaults(words)
    data = [question_data(one, answers[one.key]) for one in questions]
    if words.format == "json":
        print_json(data)
        return OK
    for one in data:
        shown = _("(generated)") if one["secret"] else toml_value(one["default"])
        print(f"{one['key']:<24} {one['title']} [{shown}]")
    return OK


def print_answers(words: Namespace) -> int:
    """An answers file with every question, default and help."""
    sys.stdout.write(example(guide_named(words.guide).questions(), _defaults(words)))
    return OK


def _defaults(words: Namespace) -> Answers:
    return validate_answers(guide_named(words.guide).questions(), {}, gather())
