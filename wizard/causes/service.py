"""Diagnose why a Python service does not run, from its log since the last start and the files that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.last_words import last_words
from wizard.base.patterns import pattern
from wizard.base.quote import Quote
from wizard.base.values import Value
from wizard.causes.candidates import Candidate, Diagnosis, choose, file_step
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_user, command, listed
from wizard.host.access import barrier, user_of
from wizard.host.acl import PASS
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.interpreters import interpreters
from wizard.host.logs import LogTail
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Unknown
from wizard.host.settings import Settings, SettingsAt
from wizard.host.sockets import Connection
from wizard.host.unitlogs import UnitLog
from wizard.host.units import UnitState
from wizard.host.users import Account

if TYPE_CHECKING:
    from wizard.causes.said import Said

LAST_WORDS = 3
STAMP = pattern(r"\[([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [+-][0-9]{4})\]")
Held = tuple[str, "Remedy | None"] | None


class Service(Value):
    """Properties of a service: its user, working directory, log, settings file, folder of virtual environments with the
    program started from them, path of Poetry, port of its database, further files of its own, and candidates for causes
    of its own kind (`more`). Of what its log names, only these, and what lies beside them, is looked at."""

    user: str
    folder: str
    log: str = ""
    settings: str = ""
    environments: str = ""
    program: str = ""
    poetry: str = ""
    port: int = 0
    files: tuple[str, ...] = ()
    more: Sequence[Candidate] = ()


def diagnose(host: Host, unit: str, state: UnitState, service: Service) -> Diagnosis | None:
    """Diagnose a unit that does not run. If no cause fits, the result says what was examined; None if this user may not
    read the journal."""
    from wizard.causes.service_access import refused
    from wizard.causes.unit_edited import diagnose_edited_unit

    journal = host.read(UnitLog(unit))
    if isinstance(journal, Unknown):
        return None
    log = _own_log(host, service.log, state)
    if state.result == "oom-kill":
        text = _("The kernel killed it: it took more memory than it was left.")
        told = _(
            "Give the machine or the unit (`MemoryMax`) more memory, or the service fewer workers; start it again."
        )
        limits = tuple(one for one in state.drop_ins if b"MemoryMax" in (_text(host, one) or b""))
        if limits:
            text = _("The kernel killed it: {path} leaves it too little memory (`MemoryMax`).").format(path=limits[0])
        return Cause("worker-killed-for-memory", text), Remedy(told)
    said = "\n".join((*journal, *log, f"exit status {state.status}"))
    programs = [one for one in (service.poetry,) if one]
    if barred := refused(host, unit, service.user, service.folder, programs, _files(service, host), said):
        return barred
    found = choose(candidates(service, state), host, said)
    return found or diagnose_edited_unit(host, unit, state) or _unidentified(unit, service, (*journal, *log))


def candidates(service: Service, state: UnitState) -> Sequence[Candidate]:
    """Return the candidates in the order in which a start encounters them."""
    from wizard.causes.sandbox import REFUSED

    missing = r"(?:'(?P<path>[^'\n]+)' isn't writable \[FileNotFoundError|FileNotFoundError: .*?: '(?P<path2>[^'\n]+)')"
    denied = r"(?:'(?P<path>[^'\n]+)' isn't writable \[PermissionError|Permission denied: '(?P<path2>[^'\n]+)')"
    lost = r"Command not found: \S+|seems to be broken|No module named '(?P<module>\w+)'"
    frame = r'File "(?P<path>[^"\n]+)", line (?P<line>[0-9]{1,9})'
    holds: list[tuple[str, str, Callable[..., Held]]] = [
        ("account-missing", r"^exit status 217$", _account),
        ("code-out-of-reach", r"^exit status 200$", _folder),
        ("interpreter-gone", r"^exit status 203$", partial(_program, state)),
        # A shell's own number for a command that is not there, where its words were lost.
        ("poetry-missing", r"poetry'?: (?:(?:command )?not found|No such file)|^exit status 127$", _poetry),
        ("log-folder-missing", missing, _parent),
        ("file-of-another-user", denied, _denied),
        ("settings-syntax", rf"{frame}\n(?:    .*\n)*(?:SyntaxError|IndentationError|TabError): .*", _syntax),
        ("environment-broken", lost, _environment),
        ("database-unreachable", r"OperationalError: .*", _database),
        ("settings-fail", rf"{frame}, in <module>\n(?:    .*\n)*(?P<error>\w+(?:\.\w+)*): ?(?P<words>.*)", _raises),
    ]  # fmt: skip
    return [*service.more, REFUSED, *(Candidate(name, said, partial(check, service)) for name, said, check in holds)]


def _own_log(host: Host, path: str, state: UnitState) -> tuple[str, ...]:
    """Return the lines of the service's own log since its last start."""
    entry = host.read(EntryAt(path))
    if not isinstance(entry, Entry) or entry.changed < state.started - 1:
        return ()
    lines = host.read(LogTail(path))
    if isinstance(lines, Unknown):
        return ()
    starts = [number for number, line in enumerate(lines) if "Starting gunicorn" in line]
    lines = lines[starts[-1] :] if starts else lines
    stamps = [found[1] for line in lines if (found := STAMP.match(line))]
    # What was written as it was stopped says nothing of how it ended when it was started again.
    return () if stamps and _seconds(stamps[-1]) < int(state.started) else lines


def _seconds(stamp: str) -> float:
    """Return the moment of a line of gunicorn's log, in seconds since the epoch."""
    try:
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S %z").timestamp()
    except ValueError:
        return float("inf")


def _unidentified(unit: str, service: Service, said: Sequence[str]) -> Diagnosis:
    last = last_words("\n".join(said), LAST_WORDS)
    text = _("No cause that is known here fits. Looked at: the journal of {unit} since its last start, {log}, and the"
             " files that they name.")  # fmt: skip
    told = text.format(unit=unit, log=service.log or "-")
    if last:
        told += " " + _("It said last: {lines}").format(lines=Quote(" / ".join(last)))
    log = command("journalctl", "-u", unit, "-n", "50", "--no-pager")
    remedy = _("Read why with `{log}` and repair that; then start it again.").format(log=log)
    return Cause("unit-failed", told), Remedy(remedy, (command("systemctl", "restart", unit),), safe=True)


def _account(service: Service, host: Host, found: Said) -> Held:
    if host.read(Account(service.user)) is not None:
        return None
    return _("The account {user}, as which it runs, is not there.").format(user=service.user), None


def _folder(service: Service, host: Host, found: Said) -> Held:
    if host.read(EntryAt(service.folder)) is None:
        return _("The folder it works in, {folder}, is not there.").format(folder=service.folder), None
    if closed := barrier(host, user_of(host, service.user), service.folder, PASS):
        text = _("{user} may not pass {closed}, on the way to {folder}.")
        return text.format(user=service.user, closed=closed.path, folder=service.folder), None
    return None


def _program(state: UnitState, service: Service, host: Host, found: Said) -> Held:
    """Check that the program that the unit starts, or the interpreter that its first line names, is not there."""
    program = next((words[0] for words in state.commands if words), "")
    if not program.startswith("/"):
        return None
    place, entry = resolve_symlinks(host, program)
    if entry is None:
        return _("What the unit starts, {path}, is not there, or leads to nothing.").format(path=program), None
    first = (_text(host, place) or b"").split(b"\n", 1)[0].decode(errors="replace")
    words = first[2:].split() if first.startswith("#!/") else []
    if not words or resolve_symlinks(host, words[0])[1] is not None:
        return None
    text = _("{path} is there, but not the interpreter that its first line names, {interpreter}. There are: {there}.")
    told = _("Make the environment anew with an interpreter that is there: apply the checkpoint that makes it.")
    there = listed(interpreters(host)) or "-"
    return text.format(path=program, interpreter=words[0], there=there), Remedy(told)


def _poetry(service: Service, host: Host, found: Said) -> Held:
    if not service.poetry or resolve_symlinks(host, service.poetry)[1] is not None:
        return None
    text = _("It is started with Poetry, and {path} is not there, or leads to nothing.")
    return text.format(path=service.poetry), None


def _environment(service: Service, host: Host, found: Said) -> Held:
    """Check that no environment of Poetry contains the missing program or module."""
    own = f"{service.folder}/.venv"
    inside = host.read(EntryAt(own))
    # Poetry uses that of the checkout as soon as there is one.
    used = isinstance(inside, Entry) and inside.kind == "directory" and bool(service.poetry)
    folders = [own] if used else [f"{service.environments}/{name}" for name in _names(host, service.environments)]
    module = found.names("module")
    if not service.environments or not (module or service.program):
        return None
    if any(_has_program(host, folder, service.program) for folder in folders if not module):
        return None
    if module and any(found.among(_modules(host, folder), "module") for folder in folders):
        return None
    text = _("The environment has no {name}: it is missing, broken, or of another Python.")
    if used:
        text = _("Since there is {path}, Poetry uses that environment and no other, and it has no {name}.")
    told = _("Make the environment anew: apply the checkpoint that makes it.")
    return text.format(name=found.quote("module") if module else service.program, path=own), Remedy(told)


def _has_program(host: Host, folder: str, name: str) -> bool:
    return (
        host.read(EntryAt(f"{folder}/bin/{name}")) is not None
        and resolve_symlinks(host, f"{folder}/bin/python")[1] is not None
    )


def _modules(host: Host, folder: str) -> Iterator[str]:
    """The names of the modules in an environment."""
    for python in _names(host, f"{folder}/lib"):
        yield from (name.removesuffix(".py") for name in _names(host, f"{folder}/lib/{python}/site-packages"))


def _names(host: Host, folder: str) -> tuple[str, ...]:
    names = host.read(Listing(folder))
    return names if folder and isinstance(names, tuple) else ()


def _parent(service: Service, host: Host, found: Said) -> Held:
    folder = found.folder_among((str(PurePosixPath(service.log).parent),), "path", "path2", base=service.folder)
    if not service.log or not folder or host.read(EntryAt(folder)) is not None:
        return None
    text = _("It writes to {path}, and the folder {folder} is not there.")
    made = as_user(service.user, "mkdir", "-m", "0700", folder)
    named = text.format(path=found.quote("path", "path2"), folder=folder)
    return named, Remedy(_("Make the folder."), (made,), safe=True)


def _files(service: Service, host: Host) -> Iterator[str]:
    """The files that it may be about: those that the guide knows, and those that lie beside them."""
    yield from (service.settings, service.log, *service.files)
    for folder in (service.folder, str(PurePosixPath(service.log).parent) if service.log else ""):
        yield from (f"{folder}/{name}" for name in _names(host, folder))


def _denied(service: Service, host: Host, found: Said) -> Held:
    from wizard.causes.ownership import barring, give_back

    path = found.among(_files(service, host), "path", "path2", base=service.folder)
    found_there = barring(host, path) if path else None
    if found_there is None:
        return None
    bars, entry = found_there
    seen = f"{bars} ({entry.octal} {entry.owner}:{entry.group})"
    if entry.owner != service.user:
        text = _("{seen} belongs to another user: {user} may not use it. A command was probably run as root.")
        # Root's alone is given back, and that only once it is proven to be what it seems.
        given = give_back(path, bars, service.user) if entry.owner == "root" else ()
        remedy = Remedy(_("Give it back to {user}.").format(user=service.user), given, safe=True)
        return text.format(seen=seen, user=service.user), remedy
    rights, words = (0o700, "u+rwx") if entry.kind == "directory" else (0o600, "u+rw")
    if entry.mode & rights != rights:
        text = _("{seen}: not even its owner may read and write it.")
        opened = as_user(service.user, "chmod", words, bars)
        return text.format(seen=seen), Remedy(_("Let its owner use it."), (opened,), safe=True)
    return None


def _syntax(service: Service, host: Host, found: Said) -> Held:
    path = found.among(_files(service, host), "path", base=service.folder)
    said = host.read(SettingsAt(path))
    if not path or not isinstance(said, Settings) or not said.problem:
        return None
    text = _("{path}, line {line}: {message}. Python cannot read the file, so that nothing starts.")
    told = _("Correct that line; `python3 -m py_compile` tells whether it is right.")
    words = {"path": path, "line": said.line, "message": said.problem}
    return text.format(**words), Remedy(told, step=file_step(host, path))


def _database(service: Service, host: Host, found: Said) -> Held:
    if not service.port or host.read(Connection("127.0.0.1", service.port)) == "":
        return None
    return _("It needs its database, and nothing answers on port {port}.").format(port=service.port), None


def _raises(service: Service, host: Host, found: Said) -> Held:
    path, number = found.among((service.settings,), "path"), found.number("line")
    source = _text(host, path) if path else None
    if source is None or not 0 < number <= len(source.splitlines()):
        return None
    text = _("{path}, line {line}, ends in {error}: the settings cannot be loaded, so that nothing starts.")
    told = _("Correct that line.")
    words = {"path": path, "line": number, "error": found.quote("error")}
    return text.format(**words), Remedy(told, step=file_step(host, path))


def _text(host: Host, path: str) -> bytes | None:
    data = host.read(Content(path))
    return data if isinstance(data, bytes) else None
