"""Kinds of changes: journals of every version name them, and so none of them may change."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest

import wizard
from wizard.changes.change import Change, from_data, to_data
from wizard.changes.files import EditKept, FileRemoved, FileRestored, FileWritten
from wizard.changes.kinds import KINDS, with_those_of
from wizard.changes.units import UnitRestarted
from wizard.host.records import Applied, MadeAt, Written, WrittenAt
from wizard.record.journal import Journal
from wizard.record.state import State

# Those that a version wrote into journals. Names are added here, and none goes.
RELEASED = [
    "AccountCreated",
    "Adopted",
    "BooleanSet",
    "BundleMade",
    "CheckedOut",
    "Cloned",
    "ClusterMade",
    "ConnectGranted",
    "ConnectRevoked",
    "CrontabLinesAdded",
    "CrontabLinesRemoved",
    "DatabaseCreated",
    "DatabaseDropped",
    "DatabaseDumped",
    "DefaultServerUnset",
    "DirectoryCopied",
    "DirectoryHandedOver",
    "DirectoryMade",
    "DirectoryRemoved",
    "EditKept",
    "EnvironmentMade",
    "FileCopied",
    "FileMoved",
    "FileRemoved",
    "FileRestored",
    "FileWritten",
    "FixtureLoaded",
    "GroupJoined",
    "GroupLeft",
    "HandedOver",
    "HbaLinesAdded",
    "HbaLinesRemoved",
    "HomeHandedOver",
    "HomeRemoved",
    "LineAdded",
    "LineRemoved",
    "LinkMade",
    "LockInstalled",
    "ManagerReloaded",
    "Migrated",
    "ModeSet",
    "ModulesInstalled",
    "OmeroStaticsCollected",
    "PackageListsRefreshed",
    "PackagesInstalled",
    "PackagingRepaired",
    "PasswordKeptAnew",
    "PoetryInstalled",
    "PortLabelled",
    "PortUnlabelled",
    "ProgramAdded",
    "ProgramRestarted",
    "ProgramStarted",
    "ProgramStopped",
    "PropertyListed",
    "PropertySet",
    "Ran",
    "RoleCreated",
    "RoleDropped",
    "RoleMayCreate",
    "SchemaClosed",
    "SchemaOpened",
    "SitesIncluded",
    "StaticsCollected",
    "SupervisorRestarted",
    "SupervisorStarted",
    "SupervisorStopped",
    "SystemdAwaited",
    "TreeRemoved",
    "UnitDisabled",
    "UnitEnabled",
    "UnitRefreshed",
    "UnitRestarted",
    "UnitStarted",
    "UnitStopped",
    "UserCreated",
    "UserRemoved",
    "VenvMade",
]


# Those that nothing makes any more, and that no undo names: they are only read.
GONE = ["FileCopied"]


def _below(kind: type[Any]) -> Iterator[type[Change]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


@pytest.fixture(scope="module")
def every() -> list[type[Change]]:
    """The classes of changes that Jalon and its guides have."""
    for found in pkgutil.walk_packages(wizard.__path__, "wizard."):
        if ".changes" in found.name:
            import_module(found.name)
    return [one for one in _below(Change) if one.__module__.startswith("wizard.")]


def test_none_that_was_released_is_gone(every: list[type[Change]]) -> None:
    assert sorted([*GONE, *(one.kind for one in every)]) == sorted(RELEASED)
    assert not KINDS.keys() & set(GONE)


def test_each_class_declares_its_own(every: list[type[Change]]) -> None:
    assert [one for one in every if "kind" not in vars(one)] == []
    assert all(KINDS[kind].kind == kind for kind in KINDS)


def test_each_shows_what_it_does(every: list[type[Change]]) -> None:
    marks = {one.kind: one.mark for one in every}
    assert set(marks.values()) == {"+", "-", "~", "!"}
    some = {"FileWritten": "+", "FileRemoved": "-", "ModeSet": "~", "DefaultServerUnset": "+", "UnitStopped": "!"}
    assert {kind: marks[kind] for kind in some} == some


def test_what_stops_a_service_for_a_while(every: list[type[Change]]) -> None:
    assert [one for one in every if one.restarts] == [UnitRestarted]


class Renamed(FileRemoved):
    """A change whose class bears another name than it had."""

    kind: ClassVar[str] = "CalledBefore"


def test_a_class_may_be_renamed() -> None:
    kinds: dict[str, type[Change]] = {**KINDS, Renamed.kind: Renamed}
    assert to_data(Renamed("/x")) == {"kind": "CalledBefore", "path": "/x"}
    assert from_data({"kind": "CalledBefore", "path": "/x"}, kinds) == Renamed("/x")


def test_two_of_one_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="FileRemoved"):
        with_those_of(["wizard.changes.files:FileRemoved"])


def _lines(number: int, kind: str, subject: str, **more: Any) -> list[dict[str, Any]]:
    about = {"event": "begun", "number": number, "when": 1.0, "checkpoint": "one", "kind": kind, "title": "t"}
    return [
        {**about, "subject": subject, "undo": [], "hash": "", "shared": False, **more},
        {"event": "done", "number": number, "when": 2.0},
    ]


def test_a_journal_of_before_is_read(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.make()
    undo = [{"kind": "FileRestored", "path": "/a", "kept": "0001-a", "mode": 420, "owner": "root", "group": "root"}]
    lines = [
        *_lines(1, "FileWritten", "/a", hash="first", undo=undo),
        *_lines(2, "EditKept", "/a", rendered="second", disk="theirs"),
        *_lines(3, "LinkMade", "/b"),
        *_lines(4, "UserCreated", "demo"),
        *_lines(5, "FileCopied", "/c", hash="copied", undo=[{"kind": "FileRemoved", "path": "/c"}]),
    ]
    state.journal.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (state.replaced / "0001-a").write_bytes(b"before")
    journal = Journal(state)
    assert journal.answer(WrittenAt("/a")) == Written("first", "theirs", "second")
    assert journal.answer(MadeAt("one")) == ("/a", "/b")
    assert journal.answer(Applied("UserCreated", "demo", done=True)) is True
    assert journal.replaced("/a") == b"before"
    assert [one.kind for one in journal.entries()][:2] == [FileWritten.kind, EditKept.kind]
    assert isinstance(from_data(undo[0], KINDS), FileRestored)
    assert journal.answer(WrittenAt("/c")) == Written("copied"), "a file copied from a checkout, by the version before"
    assert [from_data(one, KINDS) for one in journal.entries()[4].undo] == [FileRemoved("/c")]
