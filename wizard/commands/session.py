"""From the words of a command line to a guide, its answers and the state of one instance."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.answers import file as answers_file
from wizard.answers.found import Found
from wizard.answers.questions import SECRET, Answers, BadAnswers, Question, settle, weighed
from wizard.base.language import _
from wizard.base.status import BAD_ANSWERS, NEEDS_ROOT, USAGE, Stop
from wizard.base.values import Value, replace
from wizard.guide import Checkpoint, Guide
from wizard.guides import guides
from wizard.host.facts import Facts, gather
from wizard.host.reading import Host
from wizard.record.journal import Journal
from wizard.record.state import State, instances, root_of


class Session(Value):
    """A guide with its answers, for one instance. `kept` says that the instance has a state already; `found` is what
    the host told of one that has none, because somebody installed it by hand."""

    guide: Guide
    answers: Answers
    facts: Facts
    instance: str
    state: State
    kept: bool
    found: Found | None = None

    @property
    def by_hand(self) -> bool:
        """Whether somebody else installed it, without Jalon."""
        return self.found is not None or self.state.adopted.exists()

    def checkpoints(self, **more: Any) -> Sequence[Checkpoint]:
        """The checkpoints for these answers."""
        origin = {"by_hand": self.by_hand, "beyond": self._beyond}
        return self.guide.checkpoints(Answers({**self.answers, **origin, **more}), self.facts)

    @property
    def _beyond(self) -> Mapping[str, str]:
        if self.found is not None:
            return self.found.beyond
        return answers_file.beyond(self.state)

    def journal(self) -> Journal:
        """The journal, empty where there is none or it may not be read."""
        return Journal(self.state)


def guide_named(name: str) -> Guide:
    """The guide of that name; stops with the list of names where there is none."""
    known = guides()
    if name not in known:
        raise Stop(
            USAGE,
            _("there is no guide `{name}`; the guides are: {names}").format(name=name, names=", ".join(known)),
        )
    return known[name]


def open_session(words: Namespace, *, generate: bool, search: Host | None = None) -> Session:
    """The session that a command line asks for. Stops with every bad answer at once; nothing is touched.

    `generate`: secrets that nobody gave are made; otherwise they stay empty, and what needs them is unknown.
    `search`: where neither a state nor a file gives answers, instances installed by hand are looked for on this host.
    """
    guide = guide_named(words.guide)
    questions = guide.questions()
    given = _given(words, questions)
    known = known_instances(guide, words, questions, given)
    found = {} if search is None else _searched(guide, words, given, known, search)
    name = _instance(guide, words, questions, given, {**known, **found})
    state, one = known.get(name), found.get(name)
    saved, secrets = answers_file.saved(state) if state else (one.answers, one.secrets) if one else ({}, {})
    enough = words.bare_defaults or (guide.by_defaults and generate)
    if not words.answers and not words.set and not state and not one and not enough:
        raise _nothing_here(guide, name, (*known, *found), searched=search is not None)
    if one and one.closed:
        text = _("{name} was installed by hand in a way that is not judged yet; nothing was touched:")
        raise Stop(BAD_ANSWERS, text.format(name=one.name), f"  {one.closed}")
    facts = gather()
    values = {**(_chosen(questions, saved, facts) if given else saved), **given}
    if guide.instance_key and name:
        values[guide.instance_key] = name
    if not generate:
        secrets = {**dict.fromkeys(_secrets(questions), ""), **secrets}
    try:
        answers = settle(questions if generate else [_lenient(one) for one in questions], values, facts, secrets)
    except BadAnswers as bad:
        raise bad_answers(bad) from None
    instance = guide.instance(answers)
    return Session(
        guide,
        answers,
        facts,
        instance,
        state or _state_of(guide, words, instance),
        bool(state),
        one,
    )


def _chosen(questions: Sequence[Question], saved: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The kept answers without those that are what follows from the others: where one of these is given anew, what
    follows from it does so anew."""
    answers, _errors = weighed(questions, saved, facts, dict.fromkeys(_secrets(questions), ""))
    follows = {one.key for one in questions if one.key in saved and answers[one.key] == one.default(answers, facts)}
    return {key: value for key, value in saved.items() if key not in follows}


def _secrets(questions: Sequence[Question]) -> set[str]:
    return {question.key for question in questions if question.kind == SECRET}


def _nothing_here(guide: Guide, name: str, names: Sequence[str], searched: bool) -> Stop:
    there = _("there is no instance of {guide} here yet, and no answers were given")
    if names:
        there = _("there is no instance `{name}` of {guide} here, but {names}; and no answers were given")
    lines = [there.format(guide=guide.id, name=name, names=", ".join(names))]
    text = _("give them with --answers FILE (`jalon answers {guide}` prints one to start from)")
    lines.append(text.format(guide=guide.id))
    if searched and guide.discover and os.geteuid() != 0:
        lines.append(_("one that was installed by hand may show itself to root alone: run this again with sudo"))
    return Stop(USAGE, *lines)


def found_here(guide: Guide, known: Mapping[str, State], host: Host) -> dict[str, Found]:
    """The instances that somebody installed by hand, by name; those that have a state are not among them."""
    found = guide.discover(host) if guide.discover else ()
    return {one.name: one for one in found if one.name not in known}


def _searched(
    guide: Guide, words: Namespace, given: Mapping[str, Any], known: Mapping[str, State], host: Host
) -> dict[str, Found]:
    """What is found where it is asked for: a state wins, and so does a file."""
    name = words.instance or given.get(guide.instance_key)
    if words.answers or (name in known if name else known):
        return {}
    return found_here(guide, known, host)


def bad_answers(bad: BadAnswers) -> Stop:
    """Every bad answer, a line each."""
    first = _("these answers cannot be used; nothing was touched:")
    return Stop(BAD_ANSWERS, first, *(f"  {key}: {text}" for key, text in bad.errors))


def known_instances(
    guide: Guide, words: Namespace, questions: Sequence[Question], given: Mapping[str, Any]
) -> Mapping[str, State]:
    """The instances that have a state, by name. One that keeps its own is looked for where it would be: in the folder
    that was named, or in the default one."""
    if not guide.state:
        return instances(words.state_dir, guide.id)
    name = str(words.instance or given.get(guide.instance_key) or _default_name(guide, questions, given))
    state = _state_of(guide, words, name)
    return {name: state} if state.answers.exists() else {}


def _state_of(guide: Guide, words: Namespace, instance: str) -> State:
    if not guide.state:
        return State(root_of(words.state_dir) / guide.id / instance)
    if words.state_dir:
        # Its name is a path; as a folder's name, what separates its parts must be something else.
        return State(root_of(words.state_dir) / guide.id / instance.strip("/").replace("/", "-"))
    return State(Path(instance) / guide.state, Path(instance))


def _default_name(guide: Guide, questions: Sequence[Question], given: Mapping[str, Any]) -> str:
    question = next(one for one in questions if one.key == guide.instance_key)
    return str(question.default(Answers(given), gather()))


def need_root(words: Namespace) -> None:
    """Stops where changing takes root and we are not."""
    if guide_named(words.guide).root and os.geteuid() != 0:
        again = _("run it again with sudo")
        raise Stop(
            NEEDS_ROOT,
            _("`jalon {command}` changes this machine and needs root").format(command=words.command),
            again,
        )


def need_checkpoint(points: Sequence[Checkpoint], name: str) -> None:
    """Stops with the list of checkpoints where one was named that is not among them."""
    if name and name not in {point.id for point in points}:
        names = ", ".join(point.id for point in points)
        raise Stop(
            USAGE,
            _("there is no checkpoint `{name}`; they are: {names}").format(name=name, names=names),
        )


def _lenient(question: Question) -> Question:
    """The same question, not generating its secret, and taking an empty one for one that may not be read."""
    return replace(question, length=0, check=lambda v, a, f: "") if question.kind == SECRET else question


def _given(words: Namespace, questions: Sequence[Question]) -> dict[str, Any]:
    try:
        given = answers_file.given(words.answers, questions) if words.answers else {}
    except BadAnswers as bad:
        raise bad_answers(bad) from None
    secret = _secrets(questions)
    for pair in words.set or ():
        key, equals, value = pair.partition("=")
        if not equals:
            raise Stop(USAGE, _("--set takes KEY=VALUE, not `{pair}`").format(pair=pair))
        if key in secret:
            text = _(
                "--set {key} is refused: it would stand in the process list; put it into an answers file of mode 0600"
            )
            raise Stop(USAGE, text.format(key=key))
        given[key] = value
    return given


def _instance(
    guide: Guide,
    words: Namespace,
    questions: Sequence[Question],
    given: Mapping[str, Any],
    known: Mapping[str, State | Found],
) -> str:
    if not guide.instance_key:
        if words.instance not in (None, "default"):
            raise Stop(USAGE, _("{guide} has no instances to choose from").format(guide=guide.id))
        return "default"
    asked, answered = words.instance, given.get(guide.instance_key)
    if asked and answered and asked != answered:
        text = _("--instance {asked} and the answer `{key}` = {answered} differ")
        raise Stop(BAD_ANSWERS, text.format(asked=asked, key=guide.instance_key, answered=answered))
    if asked or answered:
        return str(asked or answered)
    if words.answers or not known:  # an answers file without a name: the default one
        return _default_name(guide, questions, given)
    if len(known) > 1:
        raise several(known)
    return next(iter(known))


def several(names: Iterable[str]) -> Stop:
    """More than one instance is meant, and one must be chosen."""
    text = _("there are several instances: {names}; choose one with --instance")
    return Stop(USAGE, text.format(names=", ".join(names)))
