"""Diagnose why a cluster of PostgreSQL does not start, from the newest fatal line of its log and the host's state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.quote import Quote
from wizard.base.values import Value
from wizard.causes.candidates import Candidate, Diagnosis, choose
from wizard.causes.holder import port_holder
from wizard.causes.said import Said
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_owner, command
from wizard.host.files import Content, Entry
from wizard.host.logs import LogTail
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account

# What the server says of itself: a line about a session has `user@database` after the number of its process.
OWN = pattern(r"\[[0-9]+\] (?P<kind>[A-Z]{3,9}) ?: +(?P<words>.*)")
FATAL = ("FATAL", "PANIC", "PANIQUE")
# English and French, as in `causes.postgresql`.
UP = pattern(r"database system is ready to accept|base de données est prêt")
# A server that is told to stop did not end for what stands before: whoever may log in writes lines of this log.
STOPS = pattern(r"received (?:fast|smart|immediate) shutdown request|a reçu une demande d'arrêt")
# Of what ends with every regular stop.
ENDS = pattern(r"terminating|arrêt du processus|due to administrator command")
KEY_SETTING = pattern(rb"^[ \t]*ssl_key_file[ \t]*(?:=[ \t]*)?'([^'\n]*)'", re.MULTILINE)
ADMINISTRATOR = "postgres"
Held = tuple[str, "Remedy | None"] | None


class Down(Value):
    """A cluster that does not run: its unit, port, log and the folder of its configuration."""

    unit: str
    port: int
    log: str
    settings: str


def diagnose(host: Host, down: Down) -> Diagnosis | None:
    """Diagnose a cluster that ended in an error when it was last started; None where its log says of none, or this
    user may not read it, or where systemd knows that it did not end by itself: as long as it runs, whoever asks for a
    login by a name with a line end in it writes lines into its log."""
    state = host.read(Unit(down.unit))
    if isinstance(state, UnitState) and state.load == "loaded" and (state.killed or state.active == "inactive"):
        return None
    lines = host.read(LogTail(down.log))
    said = [] if isinstance(lines, Unknown) or not down.log else _last_words(lines)
    if not said:
        return None
    start = command("systemctl", "start", down.unit)
    if found := choose(list(_candidates(down)), host, " / ".join(said)):
        return found
    text = _("PostgreSQL does not start. Its log says: {words}").format(words=Quote(" / ".join(said)))
    told = _("Repair what that names, then start it; all of it is in {log}.").format(log=down.log)
    return Cause("postgresql-does-not-start", text), Remedy(told, (start,), safe=True)


def _last_words(lines: Sequence[str]) -> list[str]:
    """Return what the server said when it ended since it was last up, or told to stop: of errors in its settings, which
    come before the fatal line, the last, and the details that follow that line."""
    ended = (
        number for number in range(len(lines), 0, -1) if UP.search(lines[number - 1]) or STOPS.search(lines[number - 1])
    )
    after = next(ended, 0)
    fatal = next((number for number in range(len(lines) - 1, after - 1, -1) if _is_fatal(lines[number])), -1)
    if fatal < 0:
        return []
    said = [_words(lines[fatal])]
    if re.search(r"contains errors|contient des erreurs|pg_hba|TCP/IP", said[0]):
        said[:0] = _settings_errors(lines[max(after, fatal - 10) : fatal])
    details = [_words(line) for line in lines[fatal + 1 : fatal + 4] if re.search(r"(?:DETAIL|HINT|DÉTAIL) ?:", line)]
    return [*said, *details]


def _is_fatal(line: str) -> bool:
    found = OWN.search(line)
    return bool(found) and found["kind"] in FATAL and not ENDS.search(line) if found else False


def _settings_errors(lines: Sequence[str]) -> list[str]:
    """Return the last error in a file of settings, with its place."""
    told = [number for number, line in enumerate(lines) if (found := OWN.search(line)) and found["kind"] == "LOG"]
    return [_words(line) for line in lines[told[-1] :][:2]] if told else []


def _words(line: str) -> str:
    found = OWN.search(line)
    return (found["words"] if found else line).strip()


def _candidates(down: Down) -> Iterator[Candidate]:
    """Yield the candidates, the most particular first."""
    quoted = r'(?:"(?P<path>[^"\n]+)"|« ?(?P<path2>[^»\n]+?) ?»)'
    refused = (
        r"^(?P<words>.*(?:syntax error in file|invalid value for parameter|unrecognized configuration parameter"
        r"|outside the valid range|invalid IP mask|could not load .*pg_hba\.conf|contains errors"
        r"|erreur de syntaxe dans le fichier|valeur invalide pour|paramètre de configuration|contient des erreurs).*)$"
    )
    library = rf"could not access file {quoted}|n'a pas pu accéder au fichier {quoted.replace('path', 'name')}"
    bound = r"could not (?:create any TCP/IP sockets|bind )|n'a pas pu (?:créer|se lier)"
    closed = r"(?:data directory|répertoire des? données).*(?:permission|owner|droit|propri)"
    memory = r"could not map anonymous shared memory|[Cc]annot allocate memory|mémoire partagée anonyme"
    for name, said, check in (
        ("postgresql-key-refused", r"private key file|clé privée?", _key),
        ("port-held-by-another", bound, _port),
        ("postgresql-library-missing", library, _library),
        ("postgresql-settings-refused", refused, _settings),
        ("postgresql-memory", memory, _memory),
        ("disk-full", r"No space left on device|Aucun espace disponible", _disk),
        ("postgresql-data-closed", closed, _data),
    ):  # fmt: skip
        yield Candidate(name, said, partial(check, down))


def _key(down: Down, host: Host, found: Said) -> Held:
    data = host.get(Content(f"{down.settings}/postgresql.conf"))
    named = KEY_SETTING.findall(data or b"")
    path = str(PurePosixPath(named[-1].decode(errors="replace"))) if named else ""
    if not path.startswith("/"):
        return None
    place, entry = resolve_symlinks(host, path)
    if entry is None or entry.kind != "file":
        text = _("PostgreSQL does not start: {path}, the key of its certificate, is not there.")
        return text.format(path=path), Remedy(_("Bring it back, or set `ssl = off` in postgresql.conf."))
    start = command("systemctl", "start", down.unit)
    most = 0o640 if entry.owner == "root" else 0o600
    seen = f"{place} ({entry.octal} {entry.owner}:{entry.group})"
    if entry.mode & ~most & 0o777:
        text = _("PostgreSQL does not start: {seen}, the key of its certificate, is open to others; it takes {most} at"
                 " most.")  # fmt: skip
        closed = as_owner(host, entry.owner, "chmod", f"{most:04o}", place)
        remedy = Remedy(_("Close it, and start PostgreSQL."), (closed, start), safe=True)
        return text.format(seen=seen, most=f"{most:04o}"), remedy
    if _readable(host, entry):
        return None
    text = _("PostgreSQL does not start: {user} may not read {seen}, the key of its certificate.")
    told = _("Give the key back to a group that {user} is in, or set `ssl = off` in postgresql.conf.")
    group = "ssl-cert" if place.startswith("/etc/ssl/private/") and _in_group(host, "ssl-cert") else ""
    given = (command("chgrp", group, place), command("chmod", "0640", place), start) if group else ()
    return text.format(user=ADMINISTRATOR, seen=seen), Remedy(told.format(user=ADMINISTRATOR), given, safe=bool(given))


def _readable(host: Host, entry: Entry) -> bool:
    if entry.owner == ADMINISTRATOR:
        return bool(entry.mode & 0o400)
    return bool(entry.mode & (0o040 if _in_group(host, entry.group) else 0o004))


def _in_group(host: Host, group: str) -> bool:
    account = host.get(Account(ADMINISTRATOR))
    return account is not None and group in account.groups


def _port(down: Down, host: Host, found: Said) -> Held:
    holder = port_holder(host, down.port, "postgres")
    if holder is None:
        return None
    text = _("PostgreSQL does not start: port {port} is held by {who}.").format(port=down.port, who=holder.who)
    start = (command("systemctl", "start", down.unit),) if holder.remedy.commands else ()
    return text, Remedy(holder.remedy.text, (*holder.remedy.commands, *start))


def _library(down: Down, host: Host, found: Said) -> Held:
    text = _("PostgreSQL does not start: it is told to load {name}, which is not installed.")
    told = _("Install the package that brings it, or take it out of `shared_preload_libraries` in {file}.")
    name = found.quote("path", "path2", "name", "name2")
    return text.format(name=name), Remedy(told.format(file=f"{down.settings}/postgresql.conf"))


def _settings(down: Down, host: Host, found: Said) -> Held:
    text = _("PostgreSQL does not start: it refuses its settings: {words}.")
    told = _("Correct that line below {folder}, then start it.").format(folder=down.settings)
    return text.format(words=found.quote("words")), Remedy(told)


def _memory(down: Down, host: Host, found: Said) -> Held:
    text = _("PostgreSQL does not start: it asks for more memory than the machine gives it.")
    told = _("Lower `shared_buffers`, and `max_connections`, in {file}.").format(
        file=f"{down.settings}/postgresql.conf"
    )
    return text, Remedy(told)


def _disk(down: Down, host: Host, found: Said) -> Held:
    return _("PostgreSQL does not start: its disk is full."), Remedy(_("Free some room on it, then start it."))


def _data(down: Down, host: Host, found: Said) -> Held:
    text = _("PostgreSQL does not start: it refuses the owner or the mode of the folder of its data.")
    return text, Remedy(_("It must belong to {user} alone, with mode 0700 or 0750.").format(user=ADMINISTRATOR))
