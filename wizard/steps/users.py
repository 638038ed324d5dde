"""Steps about accounts and groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.frozen import frozen
from wizard.host.files import EntryAt
from wizard.host.reading import Host
from wizard.host.records import Applied
from wizard.host.users import Account
from wizard.language import _
from wizard.steps.step import Blocked

if TYPE_CHECKING:
    from wizard.changes.change import Change

FIRST_PERSON = 1000


@frozen(eq=False, repr=False)
class InstanceUser:
    """An account for the instance alone, its home open to its group: nginx passes through there.

    An account that is there already is the instance's if Jalon made it, if its comment says so, as where a person typed
    what makes it, or if `mark` stands in its home; any other belongs to somebody, and is not touched.
    """

    name: str
    home: str
    mark: str
    mode: int = 0o750
    shared: bool = False

    @property
    def title(self) -> str:
        """In words."""
        return _("the user {name}").format(name=self.name)

    def changes(self, host: Host) -> Iterator[Change]:
        """The account, then the mode of its home."""
        from wizard.changes.files import ModeSet
        from wizard.changes.users import HomeHandedOver, UserCreated

        account = host.get(Account(self.name))
        comment = f"{self.mark} instance"
        if account is None:
            by = "useradd" if host.facts.package_manager == "dnf" else "adduser"
            yield UserCreated(self.name, self.home, comment, by)
        elif account.uid < FIRST_PERSON:
            why = _("the account {name} is one of the system's (number {uid})").format(name=self.name, uid=account.uid)
            raise Blocked(why, _("choose another name for the instance (the answer `instance`)"))
        elif (
            account.gecos.split(",")[0] != comment
            and not host.get(Applied("UserCreated", self.name))
            and host.foresee(EntryAt(f"{self.home}/{self.mark}")) is None
        ):
            why = _("the account {name} is there already and holds no instance: it belongs to somebody")
            raise Blocked(why.format(name=self.name), _("choose another name for the instance (the answer `instance`)"))
        home = host.get(EntryAt(self.home))
        # What an undo kept is root's since.
        if home is not None and home.owner == "root":
            yield HomeHandedOver(self.home, self.name)
        # The group must pass; what is stricter for others is left as it is.
        if home is not None and home.mode & 0o777 != self.mode and not (home.mode & 0o010 and home.mode & 0o007 == 0):
            yield ModeSet(self.home, self.mode, home.mode)


@frozen(eq=False, repr=False)
class GroupMember:
    """A user belongs to a group."""

    user: str
    group: str
    shared: bool = False

    @property
    def title(self) -> str:
        """In words."""
        return _("{user} in group {group}").format(user=self.user, group=self.group)

    def changes(self, host: Host) -> Iterator[Change]:
        """Joins it."""
        from wizard.changes.users import GroupJoined

        account = host.get(Account(self.user))
        if account is None or self.group not in account.groups:
            yield GroupJoined(self.user, self.group)
