"""A new instance beside those that are here: a name and an address of its own, so that its defaults can be carried out.

nginx takes the first of two sites that serve a name on one port: the second instance would be installed and never seen.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from wizard.answers.file import load_saved
from wizard.answers.questions import BadAnswers
from wizard.base.errors import BadData, Refused
from wizard.base.hostnames import normalised_host
from wizard.base.language import _
from wizard.guides.registry import guides
from wizard.host.tcp_table import TABLES, listened
from wizard.instances import all_instances
from wizard.session import Session

ANOTHER_PORT = 8081
"""The first that is proposed where another instance answers at the usual one."""
LAST_PORT = 65535

Known = Mapping[str, Mapping[str, Any]]


def instances_here(state_dir: str = "") -> dict[str, Known]:
    """By guide and name the answers of the instances that are here; those that cannot be read are left out."""
    found: dict[str, Known] = {}
    for guide in guides().values():
        answers = {}
        try:
            for name, state in all_instances(guide, state_dir or None).items():
                try:
                    answers[name] = load_saved(state)[0]
                except (BadData, Refused, OSError):
                    continue
        except Refused:
            continue
        found[guide.id] = answers
    return found


def free_name(name: str, taken: Known) -> str:
    """That name, or with the first number behind it that no instance has."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def free_port(answers: Mapping[str, Any], here: Mapping[str, Known]) -> int:
    """The port of these answers, or the first one at which their names are free and nobody listens."""
    port = wanted = int(answers["http_port"])
    held = {one.port for table in TABLES for one in listened(table)}
    while holder({**answers, "http_port": port}, here) or (port != wanted and port in held):
        port = max(port + 1, ANOTHER_PORT) if port < LAST_PORT else ANOTHER_PORT
    return port


def holder(answers: Mapping[str, Any], here: Mapping[str, Known]) -> str:
    """The name of an instance that answers in place of one with these answers, to its first name or to the one by which
    this machine asks it; "" where none does."""
    wanted = {*map(normalised_host, [*names_of(answers)[:1], str(answers.get("asked_as") or "")])}
    for known in here.values():
        for name, theirs in known.items():
            same = str(theirs.get("http_port", "80")) == str(answers.get("http_port"))
            if same and wanted & {*map(normalised_host, [*names_of(theirs), str(theirs.get("asked_as") or "")])} - {""}:
                return name
    return ""


def names_of(answers: Mapping[str, Any]) -> list[str]:
    """The names and addresses by which people reach an instance with these answers."""
    names = answers.get("hostnames") or answers.get("server_name") or ()
    return [str(name) for name in (names if isinstance(names, list | tuple) else [names])]


def asked_instead(answers: Mapping[str, Any], here: Mapping[str, Known]) -> str:
    """Its first name, for this machine to ask it by, where another instance has the usual one; "" where that is no way
    out, or none is needed."""
    if not answers.get("asked_as") or not holder(answers, here):
        return ""
    return next((name for name in names_of(answers)[:1] if not holder({**answers, "asked_as": name}, here)), "")


def clash(answers: Mapping[str, Any], here: Mapping[str, Known]) -> str:
    """What is wrong with the port of an instance, in words, with one that is free; "" where it has its address to
    itself."""
    name = holder(answers, here) if isinstance(answers.get("http_port"), int) else ""
    if not name:
        return ""
    text = _("the instance `{name}` answers there: another port ({port} is free), or other names")
    if own := asked_instead(answers, here):
        text = _("this machine asks the instance `{name}` by {asked} there: another port ({port} is free), or another"
                 " name to ask this one by (`asked_as`: {own} is free)")  # fmt: skip
    return text.format(name=name, asked=answers.get("asked_as"), own=own, port=free_port(answers, here))


def shared_database(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The keys of those answers about its database that are another instance's too, with their words and values."""
    if str(mine.get("db_port") or "5432") != str(theirs.get("db_port", "5432")):
        return
    for key, word in {"db_name": _("database"), "db_user": _("role")}.items():
        if mine.get(key) and mine[key] == theirs.get(key):
            yield key, word, mine[key]


def collisions(answers: Mapping[str, Any], here: Mapping[str, Known]) -> dict[str, str]:
    """By key the answers with which an instance would take what is another one's, in words that say what is free."""
    wrong = {}
    if text := clash(answers, here):
        wrong["http_port"] = text
    for known in here.values():
        for name, theirs in known.items():
            for key, word, value in shared_database(answers, theirs):
                taken: Known = {str(other.get(key)): {} for others in here.values() for other in others.values()}
                told = _("the {what} {value} is that of the instance `{name}`; {free} is free")
                free = free_name(str(value), taken)
                wrong.setdefault(key, told.format(what=word, value=value, name=name, free=free))
    return wrong


def need_own_address(session: Session, given: Container[str] = (), state_dir: str = "") -> None:
    """Raises `BadAnswers` where an instance that is adopted would answer in place of one that is here: what was found
    of it is from files of its own user too, who may have written anything there. `given` are the answers that a person
    gave; a default says nothing of where it answers, and neither does a site that is served otherwise than Jalon's."""
    found = session.found
    known = {key for key in ("http_port", "asked_as") if key in given or (found and key in found.detected)}
    if "http_port" not in known or (found and found.unsupported) or session.answers.get("prefix"):
        return
    here = instances_here(state_dir)
    others = {name: one for name, one in here.get(session.guide.id, {}).items() if name != session.instance}
    asked = {} if "asked_as" in known else {"asked_as": ""}
    if text := clash({**session.answers, **asked}, {**here, session.guide.id: others}):
        raise BadAnswers([("http_port", text)])


def need_apart(session: Session, state_dir: str = "") -> None:
    """Raises `BadAnswers`, with all of them, where the instance would take what is another one's. What one that is here
    has been applied with already is not asked about again."""
    here = instances_here(state_dir)
    of_guide = dict(here.get(session.guide.id, {}))
    before = of_guide.pop(session.instance, None)
    others = {**here, session.guide.id: of_guide}
    wrong = collisions(session.answers, others)
    if before is not None:
        already = collisions({**session.answers, **before}, others)
        wrong = {key: text for key, text in wrong.items() if key not in already}
    if wrong:
        raise BadAnswers(list(wrong.items()))
