"""One instance opened for work: its guide, answers, facts and state. What every command and screen begins with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from wizard.answers import file as answers_file
from wizard.answers.found import Found
from wizard.answers.given import accept_missing_secret, secret_keys, without_consequences
from wizard.answers.questions import Answers, validate_answers
from wizard.base.errors import BadData, Refused
from wizard.base.language import _
from wizard.base.values import Value
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.guides.registry import find, guides
from wizard.host.facts import Facts, gather
from wizard.host.live import Live
from wizard.host.reading import Host
from wizard.instances import default_name, found_instances, known_instances, several_instances, state_of
from wizard.record.journal import Journal
from wizard.record.state import State


class Request(Value):
    """Which instance is meant, and the answers that come with that.

    `instance` is its name, None where that follows from the rest; `answers` the path of an answers file; `sets` single
    answers, by key, which win over the file; `state_dir` where states are kept, if not as usual. `by_defaults` says
    that the defaults are answers enough.
    """

    guide: Guide
    instance: str | None = None
    answers: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    state_dir: str = ""
    by_defaults: bool = False

    def given(self) -> dict[str, Any]:
        """The answers that came with it. Raises `BadAnswers` where the file cannot be used."""
        found = answers_file.load_given(self.answers, self.guide.questions()) if self.answers else {}
        return {**found, **self.sets}


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

    def checkpoints(self, update_since: float = 0.0) -> Sequence[Checkpoint]:
        """The checkpoints for these answers; `update_since` as in `Circumstances`."""
        return self.guide.checkpoints(self.answers, self.facts, Circumstances(self.by_hand, self._beyond, update_since))

    @property
    def _beyond(self) -> Mapping[str, str]:
        if self.found is not None:
            return self.found.unsupported
        return answers_file.load_unsupported(self.state)

    def journal(self) -> Journal:
        """The journal, empty where there is none or it may not be read."""
        return Journal(self.state)

    def live(self, journal: Journal) -> Live:
        """This machine, as the guide reads it."""
        return Live(journal, self.facts, self.guide.readers)


def find_guide(name: str) -> Guide:
    """The guide of that name. Raises `Refused`: with the list of names where there is none, with the reason where it is
    broken."""
    guide = find(name)
    if guide is None:
        text = _("there is no guide `{name}`; the guides are: {names}")
        raise Refused(text.format(name=name, names=", ".join(guides())))
    return guide


def open_session(request: Request, *, generate: bool, search: Host | None = None) -> Session:
    """Opens the instance that is meant. Raises `Refused`, with every bad answer at once; nothing is touched.

    `generate`: secrets that nobody gave are made; otherwise they stay empty, and what needs them is unknown.
    `search`: where neither a state nor a file gives answers, instances installed by hand are looked for on this host.
    """
    guide, given = request.guide, request.given()
    known = known_instances(guide, request.state_dir, request.instance, given)
    found = {} if search is None else _searched(request, given, known, search)
    name = _instance(request, given, {**known, **found})
    state, one = known.get(name), found.get(name)
    enough = request.by_defaults or (guide.by_defaults and generate)
    if not (request.answers or request.sets or state or one or enough):
        raise _nothing_here(guide, name, (*known, *found), searched=search is not None)
    if one and one.closed:
        text = _("{name} was installed by hand in a way that is not judged yet; nothing was touched:")
        raise BadData(text.format(name=one.name), f"  {one.closed}")
    saved, secrets = answers_file.load_saved(state) if state else (one.answers, one.secrets) if one else ({}, {})
    facts = gather()
    values = _values(guide, name, given, saved, facts)
    answers = _answered(guide, values, secrets, facts, generate=generate)
    instance = guide.instance(answers)
    return Session(
        guide, answers, facts, instance, state or state_of(guide, instance, request.state_dir), bool(state), one
    )


def _values(
    guide: Guide, name: str, given: Mapping[str, Any], saved: Mapping[str, Any], facts: Facts
) -> Mapping[str, Any]:
    """The answers that are given or kept; where one is given anew, what follows from it does so anew."""
    kept = without_consequences(guide.questions(), saved, facts) if given else saved
    named = {guide.instance_key: name} if guide.instance_key and name else {}
    return {**kept, **given, **named}


def _answered(
    guide: Guide, values: Mapping[str, Any], secrets: Mapping[str, str], facts: Facts, *, generate: bool
) -> Answers:
    questions = guide.questions()
    if generate:
        return validate_answers(questions, values, facts, secrets, guide.retired)
    known = {**dict.fromkeys(secret_keys(questions), ""), **secrets}
    return validate_answers([accept_missing_secret(one) for one in questions], values, facts, known, guide.retired)


def _nothing_here(guide: Guide, name: str, names: Sequence[str], searched: bool) -> Refused:
    there = _("there is no instance of {guide} here yet, and no answers were given")
    if names:
        there = _("there is no instance `{name}` of {guide} here, but {names}; and no answers were given")
    lines = [there.format(guide=guide.id, name=name, names=", ".join(names))]
    text = _("give them with --answers FILE (`jalon answers {guide}` prints one to start from)")
    lines.append(text.format(guide=guide.id))
    if searched and guide.discover and os.geteuid() != 0:
        lines.append(_("one that was installed by hand may show itself to root alone: run this again with sudo"))
    return Refused(*lines)


def _searched(request: Request, given: Mapping[str, Any], known: Mapping[str, State], host: Host) -> dict[str, Found]:
    """What is found where it is asked for: a state wins, and so does a file."""
    name = request.instance or given.get(request.guide.instance_key)
    if request.answers or (name in known if name else known):
        return {}
    return found_instances(request.guide, known, host)


def _instance(request: Request, given: Mapping[str, Any], known: Mapping[str, State | Found]) -> str:
    """The name of the instance that is meant."""
    guide = request.guide
    if not guide.instance_key:
        if request.instance not in (None, "default"):
            raise Refused(_("{guide} has no instances to choose from").format(guide=guide.id))
        return "default"
    asked, answered = request.instance, given.get(guide.instance_key)
    if asked and answered and asked != answered:
        text = _("--instance {asked} and the answer `{key}` = {answered} differ")
        raise BadData(text.format(asked=asked, key=guide.instance_key, answered=answered))
    if asked or answered:
        return str(asked or answered)
    if request.answers or not known:  # an answers file without a name: the default one
        return default_name(guide, given)
    if len(known) > 1:
        raise several_instances(known)
    return next(iter(known))
