"""Probes of accounts, their homes and the groups of processes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _, _n
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_owner, command
from wizard.host.files import EntryAt
from wizard.host.paths import resolve_symlinks
from wizard.host.processes import Process
from wizard.host.reading import Host, Reading
from wizard.host.units import Unit
from wizard.host.users import Account, Group


class AccountIs(Probe):
    """An account exists and owns its home."""

    name: str
    home: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Account(self.name), EntryAt(self.home))

    def observe(self, host: Host) -> Finding:
        account = host.get(Account(self.name))
        if account is None:
            return failed(
                _("there is no account {name}").format(name=self.name),
                cause=Cause("account-missing", _("The account was not made, or was removed.")),
                remedy=self._made(host),
            )
        if account.home != self.home:
            text = _("the home of {name} is {found}; it should be {home}")
            told = _("The account has its home somewhere else: it may be somebody's own.")
            return failed(
                text.format(name=self.name, found=account.home, home=self.home),
                cause=Cause("account-other-home", told),
            )
        _place, entry = resolve_symlinks(host, self.home)
        if entry is None or entry.kind != "directory":
            text = _("{home} is not there; it should be a folder of {name}")
            return failed(
                text.format(home=self.home, name=self.name),
                cause=Cause("home-missing", _("The account has no home.")),
                remedy=Remedy(_("Make it."), (command("mkhomedir_helper", self.name),), safe=True)
                if entry is None
                else None,
            )
        if entry.owner != self.name:
            text = _("{home} belongs to {owner}; it should belong to {name}")
            return failed(
                text.format(home=self.home, owner=entry.owner, name=self.name),
                cause=Cause("home-other-owner", _("The account's home is somebody else's.")),
            )
        text = _("{name}, number {uid}, home {home} ({mode})")
        return passed(text.format(name=self.name, uid=account.uid, home=self.home, mode=entry.octal))

    def _made(self, host: Host) -> Remedy:
        """The command that makes the account, with the ids of an earlier one where its files are still there."""
        _place, entry = resolve_symlinks(host, self.home)
        numbers: list[str] = []
        before: list[str] = []
        told = _("Make the account; nobody needs a password for it.")
        if entry is not None and entry.owner.isdigit():
            told = _("Make the account again, with the number {uid} that the files in {home} have.")
            told = told.format(uid=entry.owner, home=self.home)
            numbers += ["--uid", entry.owner]
        if host.get(Group(self.name)) is not None:
            numbers += ["--gid", self.name]
        elif entry is not None and entry.group.isdigit():
            before.append(command("groupadd", "--gid", entry.group, self.name))
            numbers += ["--gid", self.name]
        where = ("--create-home", "--home-dir", self.home, "--shell", "/bin/bash")
        return Remedy(told, (*before, command("useradd", *numbers, *where, self.name)), safe=True)


class HomeTraversable(Probe):
    """A group may traverse a home, so that nginx reaches the files it serves, and others may not write there."""

    home: str
    group: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EntryAt(self.home), *(EntryAt(str(above)) for above in PurePosixPath(self.home).parents))

    def observe(self, host: Host) -> Finding:
        place, entry = resolve_symlinks(host, self.home)
        if entry is None or entry.kind != "directory":
            text = _("there is no folder {home}").format(home=self.home)
            return failed(text, cause=Cause("home-missing", _("The account has no home.")))
        seen = f"{self.home}: {entry.octal} {entry.owner}:{entry.group}"
        if entry.mode & 0o002:
            return self._failed(
                _("{seen}; only its owner should write there").format(seen=seen),
                Cause("home-world-writable", _("Every user of this machine may write there.")),
                _("Take that right away."),
                as_owner(host, entry.owner, "chmod", "o-w", place),
            )
        if entry.group == self.group and not entry.mode & 0o010:
            return self._failed(
                _("{seen}; it should be 0750").format(seen=seen),
                Cause("home-not-traversable", _("The group {group} may not pass.").format(group=self.group)),
                _("Let the group pass."),
                as_owner(host, entry.owner, "chmod", "0750", place),
            )
        if entry.group != self.group and not entry.mode & 0o001:
            return self._failed(
                _("{seen}; its group should be {group}").format(seen=seen, group=self.group),
                Cause("home-other-group", _("The group {group} may not pass.").format(group=self.group)),
                _("Give the home to that group."),
                as_owner(host, entry.owner, "chgrp", self.group, place),
            )
        for above in PurePosixPath(place).parents:
            _place, folder = resolve_symlinks(host, str(above))
            if folder is not None and not folder.mode & 0o001 and folder.group != self.group:
                text = _("{folder} above it is {mode} {owner}:{group}: not everybody may pass")
                evidence = text.format(folder=above, mode=folder.octal, owner=folder.owner, group=folder.group)
                told = _("{folder} bars the way to the home.").format(folder=above)
                return failed(evidence, cause=Cause("home-not-traversable", told))
        if entry.mode & 0o007:
            return warning(
                _("{seen}; 0750 and the group {group} would do").format(seen=seen, group=self.group),
                cause=Cause("home-open-to-others", _("Every user of this machine may look around there.")),
                remedy=Remedy(
                    _("Close it to others."),
                    tuple(
                        as_owner(host, entry.owner, *words, place)
                        for words in (("chgrp", self.group), ("chmod", "0750"))
                    ),
                    safe=True,
                ),
            )
        return passed(seen)

    def _failed(self, evidence: str, cause: Cause, told: str, command: str) -> Finding:
        return failed(evidence, cause=cause, remedy=Remedy(told, (command,), safe=True))


class HoldsGroup(Probe):
    """A user is in a group by the group file, and so is every running process of a service that runs as that user:
    processes take up groups when they start. Unless `must`, a missing membership is a warning."""

    unit: str
    user: str
    group: str
    must: bool = True
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Account(self.user), Group(self.group), Unit(self.unit))

    def observe(self, host: Host) -> Finding:
        names = {"user": self.user, "group": self.group, "unit": self.unit}
        account = host.get(Account(self.user))
        if account is None:
            told = _("The package of {unit} makes that account; it was not installed, or it was removed.")
            return failed(
                _("there is no account {user}").format(**names),
                cause=Cause("account-missing", told.format(**names)),
            )
        if host.get(Group(self.group)) is None:
            told = _("The group {group} was not made, or was removed.").format(**names)
            return failed(_("there is no group {group}").format(**names), cause=Cause("group-missing", told))
        restart = command("systemctl", "restart", self.unit)
        if self.group not in account.groups:
            told = _("{user} was not added to the group {group}.").format(**names)
            return (failed if self.must else warning)(
                _("{user} is not in the group {group}").format(**names),
                cause=Cause("group-not-member", told),
                remedy=Remedy(
                    _("Add {user} to the group and restart {unit}, so that it takes the group up.").format(**names),
                    (command("usermod", "-aG", self.group, self.user), restart),
                    safe=True,
                ),
            )
        processes = [one for one in host.get(Unit(self.unit)).processes if one.user == self.user and _stays(one)]
        if not processes:
            told = _("{unit} does not run, or runs as somebody else.").format(**names)
            return failed(
                _("no process of {unit} runs as {user}").format(**names),
                cause=Cause("service-not-started", told),
            )
        older = [one for one in processes if self.group not in one.groups]
        if older:
            told = _("{user} was added to the group {group}, but {unit} runs with its older groups.")
            text = _("{older} of {count} processes of {user} do not hold the group {group}")
            return failed(
                text.format(older=len(older), count=len(processes), **names),
                cause=Cause("group-not-held-yet", told.format(**names)),
                remedy=Remedy(
                    _("Restart {unit}, so that it takes the group up.").format(**names), (restart,), safe=True
                ),
            )
        text = _n(
            "{count} process of {user} holds the group {group}",
            "{count} processes of {user} hold the group {group}",
            len(processes),
        )
        return passed(text.format(count=len(processes), **names))


def _stays(process: Process) -> bool:
    """False for an nginx worker that is shutting down after a reload."""
    return "is shutting down" not in " ".join(process.command)
