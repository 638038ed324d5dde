"""Say why somebody may not do something at a path (`wizard.host.access`), and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.causes.ownership import give_back
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_owner, command
from wizard.host import access
from wizard.host.access import NGINX, Actor, Barrier
from wizard.host.acl import LIST, MASK, PASS, READ, WRITE
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.mounts import is_below
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account

Diagnosis = tuple[Cause, "Remedy | None"]
FORMAT = r"%s\n"
OPEN = ("/", "/home", "/opt", "/srv", "/usr", "/var")
OVERRIDE = "zz-access.conf"
"""The drop-in that takes back what a unit's settings forbid."""


def explain(host: Host, actor: Actor, found: Barrier, tree: str = "") -> Diagnosis:
    """Return cause and remedy. `tree` is the folder of which everything should be readable, if there is one. What
    somebody's link leads to, and is another's, is nothing to be opened by a command."""
    cause, remedy = _explained(host, actor, found, tree)
    if not found.led_astray:
        return cause, remedy
    told = _("A link of {user} leads to {path}, which is not {user}'s: see where it should lead.")
    return cause, Remedy(told.format(user=found.led_by, path=found.path))


def _explained(host: Host, actor: Actor, found: Barrier, tree: str) -> Diagnosis:
    by_reason = {
        LIST: _by_list,
        MASK: _by_mask,
        access.HIDDEN: _hidden,
        access.CLOSED: _closed,
        access.NOEXEC_HERE: _not_run,
        access.READ_ONLY: _read_only,
        access.NOEXEC: _noexec,
    }
    if found.reason in by_reason:
        return by_reason[found.reason](host, actor, found)
    assert found.entry is not None
    if tree and found.right == PASS and is_below(found.path, tree) and found.entry.owner != "root":
        return _tree(host, actor, found, tree)
    if found.right == PASS:
        return _folder(host, actor, found.path, found.entry)
    return _entry(host, actor, found, found.entry)


def _refused(actor: Actor, found: Barrier) -> str:
    texts = {
        PASS: _("{user} may not pass through {path}"),
        READ: _("{user} may not read {path}"),
        WRITE: _("{user} may not write to {path}"),
        access.RUN: _("{user} may not run {path}"),
        access.CONNECT: _("{user} may not connect to {path}"),
    }
    return texts[found.right].format(user=actor.user, path=found.path)


def _seen(entry: Entry) -> str:
    return f"{entry.octal} {entry.owner}:{entry.group}"


def _by_list(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    assert found.entry is not None
    lines = [one for one in found.entry.acl if _concerns(one.kind, one.name, actor)]
    text = _("{refused}: the access control list has the line `{line}`.")
    cause = Cause("acl-denies", text.format(refused=_refused(actor, found), line=lines[0].text if lines else "-"))
    words = [as_owner(host, found.entry.owner, "setfacl", "-x", f"{one.kind}:{one.name}", found.path) for one in lines]
    return cause, Remedy(_("Take that line out."), tuple(words))


def _concerns(kind: str, name: str, actor: Actor) -> bool:
    return bool(name) and (name == actor.user if kind == "user" else name in actor.groups)


def _by_mask(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    assert found.entry is not None
    text = _("{refused}: its access control list would let it, but the mask of the list does not ({mode}, by `chmod`).")
    told = _("Give the mask that right back; with a list, `chmod g` sets the mask.")
    letter = {READ: "r", WRITE: "w", access.CONNECT: "w"}.get(found.right, "x")
    words = as_owner(host, found.entry.owner, "chmod", f"g+{letter}", found.path)
    cause = Cause("acl-mask", text.format(refused=_refused(actor, found), mode=found.entry.octal))
    return cause, Remedy(told, (words,), safe=True)


def _hidden(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    text = _("{unit} does not see {path}: {why}.")
    said = text.format(unit=actor.unit, path=found.path, why=_why(host, actor, found))
    name = found.setting.partition("=")[0]
    # Who serves only reads and connects; an application writes too.
    home = "read-only" if actor.unit == NGINX else "no"
    allows = {"ProtectHome": f"ProtectHome={home}", "PrivateTmp": "PrivateTmp=no"}.get(name, "")
    return Cause("sandbox-hides", said), _overridden(actor, allows, _("Let the service see it."))


def _closed(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    text = _("{unit} may not write to {path}: {why}.")
    said = text.format(unit=actor.unit, path=found.path, why=_why(host, actor, found))
    name = found.setting.partition("=")[0]
    allows = {"ProtectHome": "ProtectHome=no", "ProtectSystem": "ProtectSystem=full"}.get(name, "")
    if name == "ProtectSystem" and found.path.startswith(("/etc/", "/usr/", "/boot/")):
        allows = ""
    told = _("Let the service write there: `ReadWritePaths={path}`, in a drop-in.").format(path=found.path)
    return Cause("sandbox-read-only", said), _overridden(actor, allows, told)


def _not_run(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    text = _("{unit} may not run {path}: {why}.")
    said = text.format(unit=actor.unit, path=found.path, why=_why(host, actor, found))
    told = _("Let the service run it: `ExecPaths={path}`, in a drop-in.").format(path=found.path)
    return Cause("sandbox-noexec", said), _overridden(actor, "", told)


def _why(host: Host, actor: Actor, found: Barrier) -> str:
    """Which setting, and in which file it stands."""
    if not found.setting:
        return _("its processes have a view of the files of their own")
    name = found.setting.partition("=")[0]
    file = setting_file(host, actor.unit, name)
    return _("{setting} in {file}").format(setting=found.setting, file=file) if file else found.setting


def setting_file(host: Host, unit: str, name: str) -> str:
    """Return the file in which a setting of a unit stands; "" where that is not to be said."""
    return next((path for path in _files(host, unit) if _says(host, path, name)), "")


def _files(host: Host, unit: str) -> Iterator[str]:
    """The files of a unit, those that count most first."""
    state = host.read(Unit(unit))
    if isinstance(state, UnitState):
        yield from (*reversed(state.drop_ins), *([state.fragment] if state.fragment else ()))


def _says(host: Host, path: str, name: str) -> bool:
    data = host.read(Content(path))
    return isinstance(data, bytes) and any(line.strip().startswith(f"{name}=".encode()) for line in data.splitlines())


def _overridden(actor: Actor, allows: str, told: str) -> Remedy:
    edit = command("systemctl", "edit", actor.unit)
    if not allows:
        see = _("See `{edit}`.").format(edit=edit)
        return Remedy(f"{told} {see}")
    text = _("{told} `{setting}` in a drop-in does that too, or taking the line out; it may have been set on purpose.")
    folder = f"/etc/systemd/system/{actor.unit}.d"
    words = (
        command("mkdir", "-p", folder),
        f"{command('printf', FORMAT, '[Service]', allows)} >>{command(f'{folder}/{OVERRIDE}')}",
        "systemctl daemon-reload",
        command("systemctl", "restart", actor.unit),
    )
    return Remedy(text.format(told=told, setting=allows), words)


def _read_only(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    text = _("{path} lies on {point}, which is mounted read-only: nobody can write there.")
    told = _("See in fstab whether it should be, and in `dmesg` whether the disk has errors; then `{again}`.")
    again = command("mount", "-o", "remount,rw", found.setting)
    cause = Cause("mount-read-only", text.format(path=found.path, point=found.setting))
    return cause, Remedy(told.format(again=again))


def _noexec(host: Host, actor: Actor, found: Barrier) -> Diagnosis:
    text = _("{path} lies on {point}, which is mounted with `noexec`: nothing on it can be run.")
    told = _("Mount it without; take `noexec` out of its line in fstab too, or it comes back with the next start.")
    again = command("mount", "-o", "remount,bind,exec", found.setting)
    cause = Cause("mount-noexec", text.format(path=found.path, point=found.setting))
    restart = (command("systemctl", "restart", actor.unit),) if actor.unit else ()
    return cause, Remedy(told, (again, *restart))


def _tree(host: Host, actor: Actor, found: Barrier, tree: str) -> Diagnosis:
    """For a folder that is there to be read: all of it was probably made in one go."""
    assert found.entry is not None
    text = _("{path} is {seen}: {user} may not use it. The folder was probably made with a `umask` of 077 or 027.")
    said = text.format(path=found.path, seen=_seen(found.entry), user=actor.user)
    owner = found.entry.owner
    # find goes back to where it was started, which is often /root, where the owner may not be.
    find = ("env", "--chdir=/", "find", tree, "-user", owner, "-exec", "chmod", "go+rX", "{}", "+")
    words = as_owner(host, owner, *find)
    cause = Cause("home-not-traversable" if found.right == PASS else "file-unreadable", said)
    return cause, Remedy(_("Let everybody read what is in {path}.").format(path=tree), (words,))


def _entry(host: Host, actor: Actor, found: Barrier, entry: Entry) -> Diagnosis:
    """What is to be read, written or run itself."""
    said = _("{path} is {seen}: {refused}.").format(path=found.path, seen=_seen(entry), refused=_refused(actor, found))
    if found.right == access.CONNECT:
        text = _("{path} is {seen}: who connects to a socket must be able to write to it, and {user} may not.")
        said = text.format(path=found.path, seen=_seen(entry), user=actor.user)
        words = as_owner(host, entry.owner, "chmod", "a+rw", found.path)
        told = _("Let everybody connect who gets there; the service makes it so, unless its `umask` was set.")
        return Cause("socket-not-writable", said), Remedy(told, (words,), safe=True)
    if found.right == READ:
        opened = as_owner(host, entry.owner, "chmod", "o+rx" if entry.kind == "directory" else "o+r", found.path)
        return Cause("file-unreadable", said), Remedy(_("Let everybody read it."), (opened,))
    if entry.owner == "root" and actor.user != "root":
        told = _("Give it back to {user}.").format(user=actor.user)
        remedy = Remedy(told, give_back(found.path, found.path, actor.user), safe=True)
        return Cause("file-of-another-user", said), remedy
    name = "program-not-executable" if found.right == access.RUN else "file-unwritable"
    return Cause(name, said), None


def _folder(host: Host, actor: Actor, folder: str, entry: Entry) -> Diagnosis:
    account = host.read(Account(actor.user))
    groups = () if account is None or isinstance(account, Unknown) else account.groups
    restart = (command("systemctl", "restart", actor.unit),) if actor.unit else ()
    if entry.mode & 0o010 and entry.group in groups and entry.group not in actor.groups:
        text = _("{user} was added to the group {group}, but {unit} runs with its older groups.")
        told = _("Restart {unit}, so that it takes the group up.").format(unit=actor.unit)
        cause = Cause("group-not-held-yet", text.format(user=actor.user, group=entry.group, unit=actor.unit))
        return cause, Remedy(told, restart)
    joined = bool(entry.mode & 0o010) and entry.owner != "root"
    text = _("{folder} is {seen}: {user} may not pass through it.")
    said = text.format(folder=folder, seen=_seen(entry), user=actor.user)
    cause = Cause("group-not-member" if joined else "home-not-traversable", said)
    if entry.owner == "root":
        return _of_root(host, folder, cause)
    if entry.owner == actor.user:
        told = _("Let its owner pass.")
        return cause, Remedy(told, (as_owner(host, entry.owner, "chmod", "u+x", folder),), safe=True)
    if not folder.startswith("/home/"):
        told = _("Let everybody pass through {folder}.").format(folder=folder)
        return cause, Remedy(told, (as_owner(host, entry.owner, "chmod", "o+x", folder),))
    opens = () if entry.mode & 0o010 else (as_owner(host, entry.owner, "chmod", "g+x", folder),)
    joins = () if entry.group in groups else (command("usermod", "-aG", entry.group, actor.user),)
    told = _("Let the group {group} pass through {folder}, with {user} in it.")
    return cause, Remedy(told.format(group=entry.group, folder=folder, user=actor.user), (*opens, *joins, *restart))


def _of_root(host: Host, folder: str, cause: Cause) -> Diagnosis:
    """For a folder of root's: those of the system are open to all, and what lies in somebody's folder is that one's."""
    above = host.read(EntryAt(str(PurePosixPath(folder).parent)))
    if isinstance(above, Entry) and above.owner != "root":
        told = _("Give it back to {user}: something was restored or made as root.").format(user=above.owner)
        given = Remedy(told, give_back(folder, folder, above.owner), safe=True)
        return Cause("file-of-another-user", cause.text), given
    if folder in OPEN:
        told = _("Let everybody pass through {folder}, as the distribution has it.").format(folder=folder)
        return cause, Remedy(told, (command("chmod", "755", folder),))
    told = _("See why {folder} is root's alone: something was restored or made as root. Then let others pass.")
    return cause, Remedy(told.format(folder=folder))
