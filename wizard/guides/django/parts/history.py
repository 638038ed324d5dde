"""What the history of a Django database says, beside the migrations that the code and its environment bring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from wizard.api import DatabaseState, Host, Unknown, Value
from wizard.guides.django.parts.installed import Detail, Installed, MigrationDetails
from wizard.guides.django.parts.migrations import pending
from wizard.guides.django.parts.project import Project

Pair = tuple[str, str]
NUMBER = re.compile(r"[0-9]{4}")


class History(Value):
    """What is so: the migrations that are `pending`, sorted; those of them whose tables are there all the same
    (`unrecorded`), and those of applications that were never migrated (`never`); one that is applied `before` one that
    it comes after, as a pair; those recorded that are newer than all the code brings (`ahead`)."""

    pending: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    before: tuple[str, str] | None = None
    ahead: tuple[str, ...] = ()


def history(host: Host, project: Project, state: DatabaseState, files: frozenset[Pair]) -> History:
    """Judge the history of a database whose code brings these `files`. What the environment brings counts where it can
    be read."""
    installed = _installed(host, project)
    recorded = state.migrations or frozenset()
    brought = files | installed.files
    applications = {app for app, _name in recorded}
    asked = applications | installed.certain if applications else frozenset()
    others = {(app, name) for app, name in installed.files - recorded if app in asked}
    lacking = {_pair(one) for one in pending(files, recorded)} | others
    ahead = _ahead(files, recorded)
    if not lacking:
        return History(ahead=ahead)
    known = _details(host, project, installed, brought)
    left = _without_replaced(lacking, known, recorded)
    made = {pair: known[pair].tables for pair in left if pair in known and known[pair].tables}
    lost = [pair for pair, tables in made.items() if tables <= state.tables.keys()]
    return History(
        _names(left),
        _names(lost) if made and len(lost) == len(made) else (),
        _names(pair for pair in left if pair[0] not in applications),
        _before(left, known, recorded),
        ahead,
    )


def _installed(host: Host, project: Project) -> Installed:
    if project.installed is None:
        return Installed()
    found = host.read(project.installed)
    return found if isinstance(found, Installed) else Installed()


def _details(host: Host, project: Project, installed: Installed, brought: frozenset[Pair]) -> Mapping[Pair, Detail]:
    """What each migration says; read only where something is pending, which is seldom."""
    labels = {label for label, _name in brought}
    folders = {label: f"{project.checkout}/{label}/migrations" for label in labels} | dict(installed.folders)
    wanted = [MigrationDetails(folder, label) for label, folder in folders.items()]
    host.expect(wanted)
    known: dict[Pair, Detail] = {}
    for one in wanted:
        said = host.read(one)
        if not isinstance(said, Unknown) and said is not None:
            known |= {(one.label, name): detail for name, detail in said.items()}
    return known


def _without_replaced(left: set[Pair], known: Mapping[Pair, Detail], recorded: frozenset[Pair]) -> set[Pair]:
    """As Django takes squashed migrations: one counts as applied where all that it replaces are, and not at all where
    only some are; those that it replaces are no more once it is applied."""
    gone: set[Pair] = set()
    for pair, detail in known.items():
        if not detail.replaces:
            continue
        if pair in recorded or detail.replaces <= recorded:
            gone |= {pair, *detail.replaces}
        elif detail.replaces & recorded:
            gone.add(pair)
        else:
            gone |= detail.replaces
    return left - gone


def _before(left: set[Pair], known: Mapping[Pair, Detail], recorded: frozenset[Pair]) -> tuple[str, str] | None:
    for pair in sorted(recorded):
        for other in sorted(known[pair].after & left) if pair in known else ():
            return f"{pair[0]}.{pair[1]}", f"{other[0]}.{other[1]}"
    return None


def _ahead(files: frozenset[Pair], recorded: frozenset[Pair]) -> tuple[str, ...]:
    """Those recorded of the code's applications whose number is higher than that of every file."""
    newest: dict[str, str] = {}
    for app, name in files:
        if number := NUMBER.match(name):
            newest[app] = max(newest.get(app, ""), number[0])
    return _names(
        (app, name)
        for app, name in recorded - files
        if app in newest and (number := NUMBER.match(name)) and number[0] > newest[app]
    )


def _names(pairs: Iterable[Pair]) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in pairs))


def _pair(name: str) -> Pair:
    app, _dot, rest = name.partition(".")
    return app, rest
