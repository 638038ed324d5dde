"""Steps about accounts and groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.values import replace
from wizard.host.distributions import distribution_of
from wizard.host.earlier import Traces, of_folder
from wizard.host.files import EntryAt
from wizard.host.reading import Host
from wizard.host.records import Applied
from wizard.host.users import Account, Group
from wizard.steps.earlier import need_mounted, need_nothing_earlier
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change

FIRST_PERSON = 1000


class InstanceUser(Step):
    """An account for the instance alone, its home traversable by its group, as nginx needs.

    An existing account is taken for the instance's if Jalon created it, if its comment says so, or if `mark` exists in
    its home; any other blocks the step. `answer` is the question that names it.
    """

    name: str
    home: str
    mark: str
    mode: int = 0o750
    answer: str = "instance"
    shared: bool = False

    @property
    def key(self) -> str:
        return f"user:{self.name}"

    @property
    def title(self) -> str:
        return _("the user {name}").format(name=self.name)

    def changes(self, host: Host) -> Iterator[Change]:
        """Create the account, then correct owner and mode of its home."""
        from wizard.changes.files import DirectoryMade, ModeSet
        from wizard.changes.users import HomeHandedOver, UserCreated

        home = host.get(EntryAt(self.home))
        if home is None and host.get(Applied(UserCreated.kind, self.name, done=True)):
            need_mounted(host, self.home)
            need_nothing_earlier(host, f"home:{self.home}", self.home, self._traces(host))
        account, ours = host.get(Account(self.name)), host.get(Applied(UserCreated.kind, self.name))
        comment = f"{self.mark} instance"
        other = _("choose another name for it (the answer `{answer}`)").format(answer=self.answer)
        if account is None:
            by = distribution_of(host.facts).named("account-maker")
            halfway = host.get(Group(self.name)) is not None
            if halfway and not ours:
                why = _("the group {name} is there already, without an account: it belongs to somebody")
                raise Blocked(why.format(name=self.name), other)
            yield UserCreated(self.name, self.home, comment, by, halfway)
        elif account.uid < FIRST_PERSON:
            why = _("the account {name} is one of the system's (number {uid})").format(name=self.name, uid=account.uid)
            raise Blocked(why, other)
        elif (
            account.gecos.split(",")[0] != comment
            and not ours
            and host.get_planned(EntryAt(f"{self.home}/{self.mark}")) is None
        ):
            why = _("the account {name} is there already and holds no instance: it belongs to somebody")
            raise Blocked(why.format(name=self.name), other)
        home = host.get(EntryAt(self.home))
        # The account is made before its home, and a run may be killed between them.
        if home is None and ours:
            yield DirectoryMade(self.home, self.mode, self.name, self.name)
        # What an undo kept is root's since.
        if home is not None and home.owner == "root":
            yield HomeHandedOver(self.home, self.name)
        # The group must pass; what is stricter for others is left as it is.
        if home is not None and home.mode & 0o777 != self.mode and not (home.mode & 0o010 and home.mode & 0o007 == 0):
            yield ModeSet(self.home, self.mode, home.mode)

    def _traces(self, host: Host) -> Traces:
        return replace(of_folder(host, self.home), once=_("Jalon made it here once"))


class GroupMember(Step):
    """A user belongs to a group."""

    user: str
    group: str
    shared: bool = False

    @property
    def key(self) -> str:
        return f"group-member:{self.group}/{self.user}"

    @property
    def title(self) -> str:
        return _("{user} in group {group}").format(user=self.user, group=self.group)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.users import GroupJoined

        account = host.get(Account(self.user))
        if account is None or self.group not in account.groups:
            yield GroupJoined(self.user, self.group)
