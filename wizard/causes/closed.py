"""Why a server's user may not reach a path: the first folder on the way that is closed to it."""

from __future__ import annotations

from pathlib import PurePosixPath

from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit
from wizard.host.users import Account
from wizard.language import _
from wizard.probes.probe import Cause, Remedy
from wizard.probes.words import command

Why = tuple[Cause, "Remedy | None"]
SERVER, UNIT = "www-data", "nginx.service"


def closed(host: Host, path: str) -> Why | None:
    """Cause and remedy where nginx's user may not pass a folder above `path`; None where none is seen
    closed."""
    account = host.read(Account(SERVER))
    if account is None or isinstance(account, Unknown):
        return None
    held = _held(host) or frozenset(account.groups)
    for folder in reversed(PurePosixPath(path).parents):
        entry = host.read(EntryAt(str(folder)))
        if entry is None or isinstance(entry, Unknown):
            return None
        if entry.kind == "directory" and not _passes(entry, held):
            return _why(str(folder), entry, frozenset(account.groups))
    return None


def _held(host: Host) -> frozenset[str]:
    """The groups that nginx's processes hold now, which may be older than the group file."""
    state = host.read(Unit(UNIT))
    if isinstance(state, Unknown):
        return frozenset()
    workers = [process for process in state.processes if process.user == SERVER]
    return frozenset(workers[0].groups) if workers else frozenset()


def _passes(entry: Entry, groups: frozenset[str]) -> bool:
    if entry.owner == SERVER:
        return bool(entry.mode & 0o100)
    return bool(entry.mode & (0o010 if entry.group in groups else 0o001))


def _why(folder: str, entry: Entry, groups: frozenset[str]) -> Why:
    restart = f"systemctl restart {UNIT}"
    if entry.mode & 0o010 and entry.group in groups:
        text = _("{user} was added to the group {group}, but nginx runs with its older groups.")
        told = _("Restart nginx, so that it takes the group up.")
        return Cause("group-not-held-yet", text.format(user=SERVER, group=entry.group)), Remedy(told, (restart,))
    joined = bool(entry.mode & 0o010) and entry.owner != "root"
    cause = Cause(
        "group-not-member" if joined else "home-not-traversable",
        _("{folder} is {mode} {owner}:{group}: {user} may not pass through it.").format(
            folder=folder, mode=entry.octal, owner=entry.owner, group=entry.group, user=SERVER
        ),
    )
    if entry.owner == "root":
        return cause, None
    if not folder.startswith("/home/"):
        told = _("Let everybody pass through {folder}.").format(folder=folder)
        return cause, Remedy(told, (command("chmod", "o+x", folder),))
    opens = () if entry.mode & 0o010 else (f"chmod g+x {folder}",)
    joins = () if entry.group in groups else (f"adduser {SERVER} {entry.group}",)
    told = _("Let the group {group} pass through {folder}, with {user} in it.")
    return cause, Remedy(told.format(group=entry.group, folder=folder, user=SERVER), (*opens, *joins, restart))
