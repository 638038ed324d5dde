"""Diagnose why nginx may not reach a path: the first parent folder that its user may not traverse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_owner, command
from wizard.host.files import Entry, EntryAt
from wizard.host.processes import Process
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit
from wizard.host.users import Account

Diagnosis = tuple[Cause, "Remedy | None"]
UNIT = "nginx.service"


def closed_folder(host: Host, path: str) -> Diagnosis | None:
    """Diagnose a folder above `path` that nginx's user may not traverse; None if there is none, or it is unreadable."""
    workers = _workers(host)
    server = workers[0].user if workers else "nginx" if host.facts.package_manager == "dnf" else "www-data"
    account = host.read(Account(server))
    if account is None or isinstance(account, Unknown):
        return None
    # The groups that its processes hold now may be older than the group file.
    held = frozenset(workers[0].groups if workers else account.groups)
    for folder in reversed(PurePosixPath(path).parents):
        entry = host.read(EntryAt(str(folder)))
        if entry is None or isinstance(entry, Unknown):
            return None
        if entry.kind == "directory" and not _passes(entry, server, held):
            return _why(host, str(folder), entry, server, frozenset(account.groups))
    return None


def _workers(host: Host) -> Sequence[Process]:
    """Return nginx's worker processes; their user differs between distributions."""
    state = host.read(Unit(UNIT))
    return () if isinstance(state, Unknown) else [one for one in state.processes if one.user != "root"]


def _passes(entry: Entry, server: str, groups: frozenset[str]) -> bool:
    if entry.owner == server:
        return bool(entry.mode & 0o100)
    return bool(entry.mode & (0o010 if entry.group in groups else 0o001))


def _why(host: Host, folder: str, entry: Entry, server: str, groups: frozenset[str]) -> Diagnosis:
    restart = f"systemctl restart {UNIT}"
    if entry.mode & 0o010 and entry.group in groups:
        text = _("{user} was added to the group {group}, but nginx runs with its older groups.")
        told = _("Restart nginx, so that it takes the group up.")
        return Cause("group-not-held-yet", text.format(user=server, group=entry.group)), Remedy(told, (restart,))
    joined = bool(entry.mode & 0o010) and entry.owner != "root"
    cause = Cause(
        "group-not-member" if joined else "home-not-traversable",
        _("{folder} is {mode} {owner}:{group}: {user} may not pass through it.").format(
            folder=folder, mode=entry.octal, owner=entry.owner, group=entry.group, user=server
        ),
    )
    if entry.owner == "root":
        return cause, None
    if not folder.startswith("/home/"):
        told = _("Let everybody pass through {folder}.").format(folder=folder)
        return cause, Remedy(told, (as_owner(host, entry.owner, "chmod", "o+x", folder),))
    opens = () if entry.mode & 0o010 else (as_owner(host, entry.owner, "chmod", "g+x", folder),)
    joins = () if entry.group in groups else (command("usermod", "-aG", entry.group, server),)
    told = _("Let the group {group} pass through {folder}, with {user} in it.")
    return cause, Remedy(told.format(group=entry.group, folder=folder, user=server), (*opens, *joins, restart))
