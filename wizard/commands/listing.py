"""`jalon guides`, `facts`, `questions` and `answers`, as text or JSON."""

from __future__ import annotations

import sys
from argparse import Namespace

from wizard.answers.questions import Answers, example, toml_value, validate_answers
from wizard.base.language import _
from wizard.base.visible import toml_escaped
from wizard.commands.status import OK
from wizard.guides.registry import broken, guides
from wizard.host.facts import gather
from wizard.outputs.as_json import print_json
from wizard.outputs.facts import readable
from wizard.outputs.listing import facts_data, guide_data, question_data
from wizard.outputs.text import put, say
from wizard.session import find_guide


def list_guides(args: Namespace) -> int:
    """Lists the guides, and those that cannot be used with the reason."""
    known = [guide_data(guide) for guide in guides().values()]
    if args.format != "json":
        for one in known:
            say(f"{one['id']:<14} {one['summary']}")
    for each in broken():
        # JSON lists usable guides only.
        stream = sys.stderr if args.format == "json" else sys.stdout
        text = _("cannot be used ({place}): {why}").format(place=each.place, why=each.why)
        say(f"\n{'':<15}".join([f"{each.name:<14} {text}", *filter(None, [each.remedy])]), stream)
    if args.format == "json":
        print_json(known)
    return OK


def list_facts(args: Namespace) -> int:
    """Prints the facts of this machine."""
    facts = gather()
    if args.format == "json":
        print_json(facts_data(facts))
        return OK
    for name, value in readable(facts).items():
        say(f"{name:<16} {value}")
    return OK


def list_questions(args: Namespace) -> int:
    """Lists the questions of a guide, with their defaults on this machine."""
    questions, answers = find_guide(args.guide).questions(), _defaults(args)
    data = [question_data(one, answers[one.key]) for one in questions]
    if args.format == "json":
        print_json(data)
        return OK
    for one in data:
        shown = _("(generated)") if one["secret"] else toml_value(one["default"])
        say(f"{one['key']:<24} {one['title']} [{shown}]")
    return OK


def print_answers(args: Namespace) -> int:
    """Prints an answers file with every question, its default and its help."""
    put(toml_escaped(example(find_guide(args.guide).questions(), _defaults(args))))
    return OK


def _defaults(args: Namespace) -> Answers:
    return validate_answers(find_guide(args.guide).questions(), {}, gather())
