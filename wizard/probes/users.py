"""Probes of accounts, their homes and the groups of processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _, _n
from wizard.causes.earlier import lost_folder, unmounted
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_owner, command
from wizard.host.access import NGINX, Actor, Barrier, actor_of, barrier, web_server
from wizard.host.acl import MODE, PASS
from wizard.host.earlier import of_folder
from wizard.host.files import Entry, EntryAt
from wizard.host.mounts import Mounts
from wizard.host.paths import resolve_symlinks
from wizard.host.processes import Process
from wizard.host.reading import Host, Reading, Unknown
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
        place, entry = resolve_symlinks(host, self.home)
        if entry is None and (found := self._home_elsewhere(host, place)):
            return found
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

    def _home_elsewhere(self, host: Host, place: str) -> Finding | None:
        """A finding where the disk of a home is not mounted, or the home was moved away."""
        if found := unmounted(host, place):
            return found
        traces = of_folder(host, place)
        return lost_folder(place, traces) if traces.places else None


class HomeTraversable(Probe):
    """nginx may pass through a home, so that it reaches the files that it serves, and others may not write there. That
    its user is in the `group` is taken for granted: whether it is, `HoldsGroup` says."""

    home: str
    group: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        above = (EntryAt(str(folder)) for folder in PurePosixPath(self.home).parents)
        return (EntryAt(self.home), *above, Unit(NGINX), Mounts())

    def observe(self, host: Host) -> Finding:
        server = web_server(host).holding(self.group)
        found = barrier(host, server, self.home, PASS)
        home: Entry | Unknown | None = host.read(EntryAt(self.home))
        if found and isinstance(home, Unknown):
            return self._barred(host, server, found, f"{found.path}: {_seen(found.entry)}")
        place, entry = resolve_symlinks(host, self.home)
        if entry is None or entry.kind != "directory":
            text = _("there is no folder {home}").format(home=self.home)
            return failed(text, cause=Cause("home-missing", _("The account has no home.")))
        seen = f"{self.home}: {_seen(entry)}"
        if entry.mode & 0o002:
            return self._failed(
                _("{seen}; only its owner should write there").format(seen=seen),
                Cause("home-world-writable", _("Every user of this machine may write there.")),
                _("Take that right away."),
                as_owner(host, entry.owner, "chmod", "o-w", place),
            )
        if found:
            return self._barred(host, server, found, seen)
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

    def _barred(self, host: Host, server: Actor, found: Barrier, seen: str) -> Finding:
        entry = found.entry
        if found.reason != MODE or entry is None or entry.owner == "root":
            from wizard.causes.access import explain

            cause, remedy = explain(host, server, found)
            if found.reason == MODE and entry is not None and found.path != self.home:
                text = _("{folder} above it is {mode} {owner}:{group}: not everybody may pass")
                seen = text.format(folder=found.path, mode=entry.octal, owner=entry.owner, group=entry.group)
            else:
                seen = _("{seen}; nginx should pass").format(seen=seen)
            return failed(seen, cause=cause, remedy=remedy)
        if entry.group == self.group:
            return self._failed(
                _("{seen}; it should be 0750").format(seen=seen),
                Cause("home-not-traversable", _("The group {group} may not pass.").format(group=self.group)),
                _("Let the group pass."),
                as_owner(host, entry.owner, "chmod", "0750", found.path),
            )
        return self._failed(
            _("{seen}; its group should be {group}").format(seen=seen, group=self.group),
            Cause("home-other-group", _("The group {group} may not pass.").format(group=self.group)),
            _("Give the home to that group."),
            as_owner(host, entry.owner, "chgrp", self.group, found.path),
        )

    def _failed(self, evidence: str, cause: Cause, told: str, command: str) -> Finding:
        return failed(evidence, cause=cause, remedy=Remedy(told, (command,), safe=True))


class HoldsGroup(Probe):
    """A user is in a group by the group file, and so is every running process of a service that runs as that user:
    processes take up groups when they start. Unless `must`, a missing membership is a warning.

    `path` is what the group is for: whoever the service runs as, and whatever lets it pass there, nothing is missing
    where it may.
    """

    unit: str
    user: str
    group: str
    must: bool = True
    path: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Account(self.user), Group(self.group), Unit(self.unit))

    def observe(self, host: Host) -> Finding:
        account, group = host.get(Account(self.user)), host.get(Group(self.group))
        running = [one for one in host.get(Unit(self.unit)).processes if one.user != "root" and _stays(one)]
        own = [one for one in running if one.user == self.user]
        older = [one for one in own if self.group not in one.groups]
        member = account is not None and self.group in account.groups
        if member and own and not older:
            text = _n(
                "{count} process of {user} holds the group {group}",
                "{count} processes of {user} hold the group {group}",
                len(own),
            )
            return passed(text.format(count=len(own), **self._words))
        actor = actor_of(host, self.unit, self.user)
        if self.path and running and (found := self._passes(host, actor)):
            return found
        if account is None or group is None:
            return self._missing(account is None)
        if running and not own:
            return self._another(actor.user)
        if not member:
            return self._no_member()
        return self._older(older, own)

    def _passes(self, host: Host, actor: Actor) -> Finding | None:
        """The finding for a service that may pass without the group, or that the group would not help."""
        found = barrier(host, actor, self.path, PASS)
        if found is None:
            text = _("{unit} runs as {user}, which may pass through {path} without the group {group}")
            return passed(text.format(path=self.path, **{**self._words, "user": actor.user}))
        if found.reason == MODE:
            return None
        from wizard.causes.access import explain

        cause, remedy = explain(host, actor, found)
        text = _("{unit} runs as {user}, which may not pass through {path}")
        return failed(text.format(path=self.path, **{**self._words, "user": actor.user}), cause=cause, remedy=remedy)

    @property
    def _words(self) -> dict[str, str]:
        return {"user": self.user, "group": self.group, "unit": self.unit}

    def _missing(self, user: bool) -> Finding:
        names = self._words
        if user:
            told = _("The package of {unit} makes that account; it was not installed, or it was removed.")
            return failed(
                _("there is no account {user}").format(**names),
                cause=Cause("account-missing", told.format(**names)),
            )
        told = _("The group {group} was not made, or was removed.").format(**names)
        return failed(_("there is no group {group}").format(**names), cause=Cause("group-missing", told))

    def _another(self, found: str) -> Finding:
        """The finding for a service that runs as somebody else than it usually does, and is not let pass."""
        names = {**self._words, "found": found}
        text = _("{unit} runs as {found}, not as {user}, and {found} is not in the group {group}")
        told = _("{unit} was told to run as another user, by its configuration or a package of another origin.")
        join = _("Add {found} to the group and restart {unit}; or let it run as {user} again.")
        commands = (command("usermod", "-aG", self.group, found), command("systemctl", "restart", self.unit))
        return failed(
            text.format(**names),
            cause=Cause("server-other-user", told.format(**names)),
            remedy=Remedy(join.format(**names), commands),
        )

    def _no_member(self) -> Finding:
        names = self._words
        told = _("{user} was not added to the group {group}.").format(**names)
        restart = command("systemctl", "restart", self.unit)
        return (failed if self.must else warning)(
            _("{user} is not in the group {group}").format(**names),
            cause=Cause("group-not-member", told),
            remedy=Remedy(
                _("Add {user} to the group and restart {unit}, so that it takes the group up.").format(**names),
                (command("usermod", "-aG", self.group, self.user), restart),
                safe=True,
            ),
        )

    def _older(self, older: Sequence[Process], own: Sequence[Process]) -> Finding:
        names = self._words
        if not own:
            told = _("{unit} does not run, or runs as somebody else.").format(**names)
            return failed(
                _("no process of {unit} runs as {user}").format(**names),
                cause=Cause("service-not-started", told),
            )
        told = _("{user} was added to the group {group}, but {unit} runs with its older groups.")
        text = _("{older} of {count} processes of {user} do not hold the group {group}")
        remedy = Remedy(
            _("Restart {unit}, so that it takes the group up.").format(**names),
            (command("systemctl", "restart", self.unit),),
            safe=True,
        )
        return failed(
            text.format(older=len(older), count=len(own), **names),
            cause=Cause("group-not-held-yet", told.format(**names)),
            remedy=remedy,
        )


def _seen(entry: Entry | None) -> str:
    return f"{entry.octal} {entry.owner}:{entry.group}" if entry else "?"


def _stays(process: Process) -> bool:
    """False for an nginx worker that is shutting down after a reload."""
    return "is shutting down" not in " ".join(process.command)
