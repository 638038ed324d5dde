"""Reading a golden case.

A case is a TOML file: `[facts]` and `[answers]` where they differ from the defaults; `[[host]]`, each a `reading` and
its `answer`, for what is on the host already; `changes`, one a line (`checkpoint Kind subject`, with ` ?` behind one
something of which is known only when it is carried out); `blocked`, what stands in the way; `[[after]]`,
what reads so once all of it is planned. Beside it, in a folder of its name, lie the files that it renders, laid out as
on the host with `.expected` behind their names, and with masks for secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wizard.answers.questions import SECRET, Answers, validate_answers
from wizard.base.toml import loads
from wizard.base.values import Value
from wizard.changes.files import FileWritten
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.host.bare import BareHost
from wizard.host.crontab import Crontab
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.git import Checkout, CheckoutAt
from wizard.host.locales import Locales
from wizard.host.overlay import Overlay, Sets
from wizard.host.packages import Conffile, HalfInstalled, ListsAge, Package
from wizard.host.postgresql import Cluster, ClusterState, Database, DatabaseState, Inside, Role
from wizard.host.reading import Unknown
from wizard.host.records import Applied, Written, WrittenAt
from wizard.host.sockets import Listener, Listeners
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, Group, User
from wizard.walk.plan import PlannedStep, plan

# No tool takes them for code of its own.
SUFFIX = ".expected"

# What a case may name. Fields that are bytes or tuples are given as texts and lists.
NAMES: Mapping[str, type[Any]] = {
    made.__name__: made
    for made in (
        *(Account, Applied, Checkout, CheckoutAt, Cluster, ClusterState, Conffile, Content, Crontab, Database),
        *(DatabaseState, Entry, EntryAt, Group, HalfInstalled, Inside, Listener, Listeners, Listing, ListsAge, Locales),
        *(Package, Role, Unit, UnitState, Unknown, User, Written, WrittenAt),
    )
}


def value(given: Any, names: Mapping[str, type[Any]] = NAMES) -> Any:
    """What a case says: `{Entry = {...}}` is an `Entry`, a list a tuple."""
    if isinstance(given, dict):
        [(name, fields)] = given.items() if len(given) == 1 and next(iter(given)) in names else [("", given)]
        made = {key: value(one, names) for key, one in fields.items()}
        return names[name](**made) if name else made
    return tuple(value(one, names) for one in given) if isinstance(given, list) else given


def answered(given: Mapping[str, Any], names: Mapping[str, type[Any]] = NAMES) -> tuple[Any, Any]:
    """A reading with its answer; none where it is left out."""
    reading, answer = value(given["reading"], names), value(given.get("answer"), names)
    if isinstance(reading, Content) and isinstance(answer, str):
        return reading, answer.encode()
    return reading, frozenset(answer) if isinstance(reading, Locales) else answer


class Case(Value):
    """One golden case."""

    path: Path
    guide: Guide
    facts: Facts
    given: Mapping[str, Any]
    host: tuple[tuple[Any, Any], ...]
    changes: tuple[str, ...]
    blocked: tuple[str, ...]
    after: tuple[tuple[Any, Any], ...]

    @property
    def name(self) -> str:
        """Its name, of its guide and its own."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def answers(self) -> Answers:
        """Every question answered."""
        questions = self.guide.questions()
        known = {one.key: f"made-for-{one.key}" for one in questions if one.kind == SECRET and one.length}
        return validate_answers(questions, self.given, self.facts, known)

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """The guide for these answers."""
        return list(self.guide.checkpoints(self.answers, self.facts, Circumstances()))

    @property
    def overlay(self) -> Overlay:
        """The host as it is before anything is done."""
        host = Overlay(BareHost(self.facts))
        host.lay([Sets(reading, answer) for reading, answer in self.host])
        return host

    def drained(self, host: Overlay) -> list[PlannedStep]:
        """The guide over a host."""
        return list(plan(self.checkpoints, host))

    def expected_files(self) -> dict[str, str]:
        """The files that lie beside it, by their path on the host."""
        folder = self.path.with_suffix("")
        return {
            f"/{one.relative_to(folder)}".removesuffix(SUFFIX): one.read_text() for one in folder.rglob(f"*{SUFFIX}")
        }


def case(path: Path, guide: Guide, own: Mapping[str, type[Any]] | None = None) -> Case:
    """The case of a guide in a file; `own` are the values of the guide's own that it may name. Raises `ValueError`,
    `TypeError` or `KeyError` for one that cannot be understood."""
    names = {**NAMES, **(own or {})}
    data = loads(path.read_text(encoding="utf-8"))
    facts: dict[str, Any] = {
        key: tuple(one) if isinstance(one, list) else one for key, one in data.get("facts", {}).items()
    }
    return Case(
        path,
        guide,
        Facts(**{"addresses": ("192.0.2.7",)} | facts),
        data.get("answers", {}),
        tuple(answered(one, names) for one in data.get("host", ())),
        tuple(data.get("changes", ())),
        tuple(data.get("blocked", ())),
        tuple(answered(one, names) for one in data.get("after", ())),
    )


def said(steps: list[PlannedStep]) -> list[str]:
    """The changes, a line each."""
    return [
        f"{step.checkpoint.id} {planned.change.kind} {planned.change.subject}".rstrip()
        + (" ?" if planned.unknown else "")
        for step in steps
        for planned in step.changes
    ]


def in_the_way(steps: list[PlannedStep]) -> list[str]:
    """What blocks, or cannot be known, a line each."""
    found = []
    for step in steps:
        if step.blocked:
            found.append(f"{step.checkpoint.id} {step.blocked.why}")
        elif step.unknown:
            found.append(f"{step.checkpoint.id} not known: {step.unknown.why}")
    return found


def rendered(steps: list[PlannedStep]) -> dict[str, FileWritten]:
    """The files that are written, by path."""
    return {
        planned.change.path: planned.change
        for step in steps
        for planned in step.changes
        if isinstance(planned.change, FileWritten)
    }
