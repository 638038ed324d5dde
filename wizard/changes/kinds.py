"""The changes that an undo may contain, by the kind that the journal stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from wizard.changes.authorities import BundleMade
from wizard.changes.change import Change
from wizard.changes.clusters import HbaLinesRemoved
from wizard.changes.connecting import ConnectGranted
from wizard.changes.cron import CrontabLinesRemoved
from wizard.changes.files import (
    DirectoryRemoved,
    FileRemoved,
    FileRestored,
    LineRemoved,
    LinkMade,
    ModeSet,
    TreeRemoved,
)
from wizard.changes.git import CheckedOut
from wizard.changes.nginx import FileMoved
from wizard.changes.postgresql import DatabaseDropped, RoleDropped
from wizard.changes.schema import SchemaOpened
from wizard.changes.selinux import BooleanSet, PortLabelled, PortUnlabelled
from wizard.changes.supervisor import ProgramStopped, SupervisorStopped
from wizard.changes.units import ManagerReloaded, UnitDisabled, UnitRefreshed, UnitStopped
from wizard.changes.users import GroupLeft, HomeRemoved, UserRemoved

_OWN = (
    BooleanSet,
    BundleMade,
    CheckedOut,
    ConnectGranted,
    CrontabLinesRemoved,
    DatabaseDropped,
    DirectoryRemoved,
    FileMoved,
    FileRemoved,
    FileRestored,
    GroupLeft,
    HbaLinesRemoved,
    HomeRemoved,
    LineRemoved,
    LinkMade,
    ManagerReloaded,
    ModeSet,
    PortLabelled,
    PortUnlabelled,
    ProgramStopped,
    RoleDropped,
    SchemaOpened,
    SupervisorStopped,
    TreeRemoved,
    UnitDisabled,
    UnitRefreshed,
    UnitStopped,
    UserRemoved,
)
KINDS: Mapping[str, type[Change]] = {one.kind: one for one in _OWN}


def with_those_of(places: Iterable[str]) -> Mapping[str, type[Change]]:
    """Return Jalon's kinds and a guide's own, each given as `module:class`.

    Raises `ValueError` for one that bears the name of another: the journal tells them apart by that alone.
    """
    kinds = dict(KINDS)
    for place in places:
        module, _, name = place.partition(":")
        found: type[Change] = getattr(import_module(module), name)
        if found.kind in kinds:
            raise ValueError(f"{place}: there is a kind of change named {found.kind} already")
        kinds[found.kind] = found
    return kinds
