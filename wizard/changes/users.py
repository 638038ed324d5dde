"""Changes of accounts and groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.files import DirectoryHandedOver
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Effect, Sets
from wizard.host.reading import Host, Unknown
from wizard.host.records import Applied
from wizard.host.users import Account, Group, User


class UserCreated(Change):
    """Create an account with a home and without a password, so that only root can become it. `comment` is its GECOS
    field; `by` is the program, Debian's `adduser` or `useradd`. `halfway`: a killed run has created its group
    already."""

    kind: ClassVar[str] = "UserCreated"
    name: str
    home: str
    comment: str = ""
    by: str = "adduser"
    halfway: bool = False
    stale: ClassVar[tuple[str, ...]] = ("users", "files", "journal")

    @property
    def title(self) -> str:
        return _("create the user {name}").format(name=self.name)

    @property
    def words(self) -> tuple[str, ...]:
        """The command line."""
        if self.by == "useradd":
            # A group of its own and a shell, whatever the distribution's defaults are.
            group = ("-g", self.name) if self.halfway else ("-U",)
            return (*("useradd", "-m", *group, "-s", "/bin/bash", "-c", self.comment, "-d", self.home), self.name)
        joins = ("--ingroup", self.name) if self.halfway else ()
        return ("adduser", "--disabled-password", "--gecos", self.comment, "--home", self.home, *joins, self.name)

    def carry_out(self, hands: Hands) -> None:
        """`adduser` or `useradd`, to its end: cut off, adduser leaves an account without its comment and groups, which
        the next run takes for a whole one."""
        hands.run(self.words, unread=True)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Account(self.name), User(1000, self.home, "/bin/bash", self.comment, (self.name,)))
        yield Sets(Group(self.name), ())
        yield Sets(Applied(self.kind, self.name), True)
        if host.read(EntryAt(self.home)) is None:
            # Debian's adduser makes 0700 from 12 on, Ubuntu's 0750.
            mode = 0o750 if host.facts.distribution == "ubuntu" else 0o700
            yield Sets(EntryAt(self.home), Entry("directory", self.name, self.name, mode, changed=host.clock))
            skeleton = host.read(Content("/etc/skel/.bashrc"))
            yield Sets(Content(f"{self.home}/.bashrc"), b"" if skeleton is None else skeleton)

    def typed(self) -> Sequence[Typed]:
        return (Typed(" ".join(map(shell_word, self.words))),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the account; its home is kept for root alone, or removed with the data."""
        by = "userdel" if self.by == "useradd" else "deluser"
        return (HomeRemoved(self.home), UserRemoved(self.name, self.home, by))


class HomeHandedOver(DirectoryHandedOver):
    """Give a home kept from an earlier account, with its contents, to the new account."""

    kind: ClassVar[str] = "HomeHandedOver"
    mark: ClassVar[str] = "~"

    @property
    def words(self) -> tuple[str, ...]:
        """The command line, limited to the home's file system."""
        return ("find", self.path, "-xdev", "-depth", "-exec", "chown", "-h", f"{self.owner}:{self.owner}", "{}", "+")


class UserRemoved(Change):
    """Remove an account. Its home is given to root, because the next account may get the same UID."""

    kind: ClassVar[str] = "UserRemoved"
    mark: ClassVar[str] = "-"
    name: str
    home: str
    by: str = "deluser"
    stale: ClassVar[tuple[str, ...]] = ("users", "files")

    @property
    def title(self) -> str:
        return _("remove the user {name}").format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """Remove the crontab, kill the processes, then remove the account."""
        hands.run(("sh", "-c", 'crontab -r -u "$1" 2>/dev/null || true', "sh", self.name))
        # 2 and 6: there is no such account any more, as where an undo was killed here and is taken up again.
        hands.run(("pkill", "-KILL", "-u", self.name), accept=(0, 1, 2))
        if self.by == "userdel":
            hands.run(("userdel", self.name), accept=(0, 6))
        else:
            hands.run(("deluser", "--quiet", self.name), accept=(0, 2))
        hands.take_back(self.home, 0o700)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Account(self.name), None)
        yield Sets(Group(self.name), None)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"{self.by} {self.name}"),)


class HomeRemoved(Change):
    """Remove a home with its contents."""

    kind: ClassVar[str] = "HomeRemoved"
    mark: ClassVar[str] = "-"
    home: str
    data: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return _("remove {path} with all that is in it").format(path=self.home)

    def carry_out(self, hands: Hands) -> None:
        hands.remove_tree(self.home)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(EntryAt(self.home), None)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"rm -rf {shell_word(self.home)}"),)


class GroupJoined(Change):
    """Add a user to a group; running processes do not get it."""

    kind: ClassVar[str] = "GroupJoined"
    mark: ClassVar[str] = "~"
    user: str
    group: str
    stale: ClassVar[tuple[str, ...]] = ("users",)

    @property
    def title(self) -> str:
        return _("{user} joins group {group}").format(user=self.user, group=self.group)

    def carry_out(self, hands: Hands) -> None:
        """`usermod`."""
        hands.run(("usermod", "--append", "--groups", self.group, self.user))

    def effect(self, host: Host) -> Iterable[Effect]:
        members = host.read(Group(self.group))
        known = members if isinstance(members, tuple) else ()
        yield Sets(Group(self.group), (*known, self.user))
        account = host.read(Account(self.user))
        if account is not None and not isinstance(account, Unknown):
            grown = User(account.uid, account.home, account.shell, account.gecos, (*account.groups, self.group))
            yield Sets(Account(self.user), grown)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"usermod -a -G {self.group} {self.user}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the user from the group."""
        return (GroupLeft(self.user, self.group),)


class GroupLeft(Change):
    """Remove a user from a group."""

    kind: ClassVar[str] = "GroupLeft"
    user: str
    group: str
    stale: ClassVar[tuple[str, ...]] = ("users",)

    @property
    def title(self) -> str:
        return _("{user} leaves group {group}").format(user=self.user, group=self.group)

    def carry_out(self, hands: Hands) -> None:
        """Run `gpasswd --delete`; a user who is no member is no error."""
        hands.run(("gpasswd", "--delete", self.user, self.group), accept=(0, 3))

    def effect(self, host: Host) -> Iterable[Effect]:
        members = host.read(Group(self.group))
        known = members if isinstance(members, tuple) else ()
        yield Sets(Group(self.group), tuple(name for name in known if name != self.user))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"gpasswd --delete {self.user} {self.group}"),)
