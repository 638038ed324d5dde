"""Opens an instance: selects it by a request, and loads its guide, answers, facts and state."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from wizard.answers import file as answers_file
from wizard.answers.found import Found
from wizard.answers.given import accept_missing_secret, remember_secrets, secret_keys, without_consequences
from wizard.answers.questions import Answers, BadAnswers, check_answers, validate_answers, wrong_name
from wizard.base.confidential import remember
from wizard.base.errors import BadData, Refused
from wizard.base.language import _
from wizard.base.values import Value, field, replace
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.guides.network import network_of
from wizard.guides.registry import find, guides
from wizard.host.facts import Facts, gather
from wizard.host.live import Live
from wizard.host.proxies import Network
from wizard.host.proxy_files import settings
from wizard.host.reading import Host
from wizard.instances import default_name, found_instances, known_instances, several_instances, state_of
from wizard.record.journal import Journal
from wizard.record.state import State


class Request(Value):
    """Selects an instance, and gives answers for it.

    `instance` is its name, None to derive it; `answers` the path of an answers file; `sets` single answers by key,
    which override the file; `state_dir` the folder of states, "" for the usual one. `by_defaults`: a new instance may
    be opened with default answers only.
    """

    guide: Guide
    instance: str | None = None
    answers: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    state_dir: str = ""
    by_defaults: bool = False

    def given(self) -> dict[str, Any]:
        """The answers given. Raises `BadAnswers` where the file cannot be used."""
        found = answers_file.load_given(self.answers, self.guide.questions()) if self.answers else {}
        return {**found, **self.sets}


class Session(Value):
    """An instance with its guide and answers. `kept`: it has a state already; `found` is what was discovered of one
    without a state, installed by hand."""

    guide: Guide
    answers: Answers
    facts: Facts
    instance: str
    state: State
    kept: bool
    found: Found | None = None

    @property
    def by_hand(self) -> bool:
        """Whether it was installed without Jalon."""
        return self.found is not None or self.state.adopted.exists()

    def checkpoints(self, update_since: float = 0.0) -> Sequence[Checkpoint]:
        """The checkpoints for these answers; `update_since` as in `Circumstances`."""
        told = Circumstances(self.by_hand, self._beyond, update_since)
        points = self.guide.checkpoints(self.answers, self.facts, told)
        return _with_network(points, self.network, str(self.answers.get("authority", "")))

    @property
    def network(self) -> Network:
        """What its answers and the machine say of proxies and authorities."""
        return network_of(self.answers, settings(), self.facts.package_manager)

    @property
    def _beyond(self) -> Mapping[str, str]:
        if self.found is not None:
            return self.found.unsupported
        return answers_file.load_unsupported(self.state)

    def journal(self) -> Journal:
        """Its journal; an empty one where there is none or it may not be read."""
        return Journal(self.state)

    def live(self, journal: Journal) -> Live:
        """This machine, with the guide's own readers."""
        return Live(journal, self.facts, self.guide.readers)


def _with_network(points: Sequence[Checkpoint], network: Network, authority: str) -> Sequence[Checkpoint]:
    """The checkpoints of a guide, with what every guide does and asks about the network, where there is a proxy or an
    authority of the site's."""
    if not points:
        return points
    first = points[0]
    if authority:
        from wizard.steps.authorities import AuthorityTrusted

        first = replace(first, steps=(AuthorityTrusted(authority), *first.steps))
    if network.proxies or network.writable:
        from wizard.probes.proxy import ProxiesAnswer

        first = replace(first, probes=(*first.probes, ProxiesAnswer(f"{first.id}.proxy", _("proxy"), network)))
    return (first, *points[1:])


def find_guide(name: str) -> Guide:
    """The guide of that name. Raises `Refused` where there is none, with the list of guides, or where it is broken."""
    guide = find(name)
    if guide is None:
        text = _("there is no guide `{name}`; the guides are: {names}")
        raise Refused(text.format(name=name, names=", ".join(guides())))
    return guide


def open_session(
    request: Request, *, generate: bool, search: Host | None = None, states: Mapping[str, State] | None = None
) -> Session:
    """Opens the selected instance, changing nothing. Raises `Refused`, with every bad answer at once.

    `generate`: missing secrets are generated; otherwise they stay empty, and what needs them is unknown.
    `search`: the host on which instances installed by hand are discovered where neither a state nor a file gives
    answers; None for no discovery. `states`: those of all instances, where they were looked for already.
    """
    guide, given = request.guide, request.given()
    _need_nameable(request, given)
    known = known_instances(guide, request.state_dir, request.instance, given) if states is None else states
    found = {} if search is None else _discovered(request, given, known, search)
    name = _instance(request, given, {**known, **found})
    state, one = known.get(name), found.get(name)
    enough = request.by_defaults or (guide.by_defaults and generate)
    if not (request.answers or request.sets or state or one or enough):
        raise _no_instance(guide, name, (*known, *found), searched=search is not None)
    if one and one.closed:
        text = _("{name} was installed by hand in a way that is not judged yet; nothing was touched:")
        raise BadData(text.format(name=one.name), f"  {one.closed}")
    saved, secrets = answers_file.load_saved(state) if state else (one.answers, one.secrets) if one else ({}, {})
    facts = gather()
    values = _values(guide, name, given, saved, facts)
    remember_secrets(guide.questions(), values, secrets)
    answers = _validated(guide, values, secrets, facts, generate=generate)
    remember_secrets(guide.questions(), answers)
    remember(network_of(answers, settings(), facts.package_manager).passwords)
    instance = guide.instance(answers)
    return Session(
        guide, answers, facts, instance, state or state_of(guide, instance, request.state_dir), bool(state), one
    )


def _need_nameable(request: Request, given: Mapping[str, Any]) -> None:
    """Raises `BadAnswers`, with all that is wrong, where what was given cannot be an instance's name: with it, the
    state is looked for before all answers are known."""
    guide, questions = request.guide, request.guide.questions()
    for question in (one for one in questions if one.key == guide.instance_key):
        named = [given[question.key]] if question.key in given else []
        named += [request.instance] if request.instance is not None else []
        wrong = [text for name in named if (text := wrong_name(question, name))]
        if wrong:
            others = check_answers(questions, given, gather())[1] if given else ()
            raise BadAnswers([(question.key, wrong[0]), *(one for one in others if one[0] != question.key)])


def _values(
    guide: Guide, name: str, given: Mapping[str, Any], saved: Mapping[str, Any], facts: Facts
) -> Mapping[str, Any]:
    """The saved answers, overridden by those given, on which dependent defaults are computed again."""
    kept = without_consequences(guide.questions(), saved, facts) if given else saved
    named = {guide.instance_key: name} if guide.instance_key and name else {}
    return {**kept, **given, **named}


def _validated(
    guide: Guide, values: Mapping[str, Any], secrets: Mapping[str, str], facts: Facts, *, generate: bool
) -> Answers:
    questions = guide.questions()
    if generate:
        return validate_answers(questions, values, facts, secrets, guide.retired)
    known = {**dict.fromkeys(secret_keys(questions), ""), **secrets}
    return validate_answers([accept_missing_secret(one) for one in questions], values, facts, known, guide.retired)


def _no_instance(guide: Guide, name: str, names: Sequence[str], searched: bool) -> Refused:
    there = _("there is no instance of {guide} here yet, and no answers were given")
    if names:
        there = _("there is no instance `{name}` of {guide} here, but {names}; and no answers were given")
    lines = [there.format(guide=guide.id, name=name, names=", ".join(names))]
    text = _("give them with --answers FILE (`jalon answers {guide}` prints one to start from)")
    lines.append(text.format(guide=guide.id))
    if searched and guide.discover and os.geteuid() != 0:
        lines.append(unseen_by_others())
    return Refused(*lines)


def unseen_by_others() -> str:
    """What an ordinary user is told who finds no instance."""
    return _("one that was installed by hand may show itself to root alone: run this again with sudo")


def _discovered(request: Request, given: Mapping[str, Any], known: Mapping[str, State], host: Host) -> dict[str, Found]:
    """The instances discovered; none where a state or an answers file takes precedence."""
    name = request.instance or given.get(request.guide.instance_key)
    if request.answers or (name in known if name else known):
        return {}
    return found_instances(request.guide, known, host)


def _instance(request: Request, given: Mapping[str, Any], known: Mapping[str, State | Found]) -> str:
    """The name of the selected instance. Raises `Refused` where it is ambiguous."""
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
    if request.answers or not known:  # an answers file without a name
        return default_name(guide, given)
    if len(known) > 1:
        raise several_instances(known)
    return next(iter(known))
