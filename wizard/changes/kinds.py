"""The changes that an undo may hold, by the name under which the journal keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.changes.change import Change
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
from wizard.changes.selinux import BooleanSet, PortLabelled, PortUnlabelled
from wizard.changes.supervisor import ProgramStopped, SupervisorStopped
from wizard.changes.units import ManagerReloaded, UnitDisabled, UnitRefreshed, UnitStopped
from wizard.changes.users import GroupLeft, HomeRemoved, UserRemoved

KINDS: Mapping[str, type[Change]] = {
    kind.__name__: kind
    for kind in (
        *(
            CheckedOut,
            CrontabLinesRemoved,
            DatabaseDropped,
            DirectoryRemoved,
            FileRemoved,
            FileRestored,
            GroupLeft,
        ),
        *(
            HomeRemoved,
            LineRemoved,
            LinkMade,
            ManagerReloaded,
            ModeSet,
            RoleDropped,
            TreeRemoved,
            UnitDisabled,
        ),
        *(BooleanSet, FileMoved, PortLabelled, PortUnlabelled),
        *(ProgramStopped, SupervisorStopped, UnitRefreshed, UnitStopped, UserRemoved),
    )
}
