"""Diagnose why nginx does not run: a line that it rejects, a missing file, or a port in use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.causes.candidates import Candidate, Diagnosis, choose, file_step
from wizard.causes.holder import port_holder
from wizard.causes.said import Said
from wizard.findings.finding import Remedy
from wizard.findings.words import command
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.nginx import Servers
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Unknown
from wizard.host.unitlogs import UnitLog

UNIT, ENABLED = "nginx.service", "/etc/nginx/sites-enabled"
FOLDERS = ("/etc/nginx", "/etc/nginx/conf.d", ENABLED, "/etc/nginx/sites-available", "/etc/nginx/snippets")
LOG = pattern(r"^[^#\n]*\b(?:error|access)_log\s+(/[^\s;]+)", re.MULTILINE)
Held = tuple[str, "Remedy | None"] | None


def diagnose(host: Host) -> Diagnosis | None:
    """Diagnose from nginx's log since its last start and the present state of the host; None if nothing fits."""
    said = host.read(UnitLog(UNIT))
    return None if isinstance(said, Unknown) else choose(CANDIDATES, host, "\n".join(said))


def _refused(host: Host, found: Said) -> Held:
    """Check that the rejected line still exists."""
    path, line = found.among(_files(host), "path"), found.number("line")
    data = host.read(Content(path))
    if not path or not line or not isinstance(data, bytes) or len(data.splitlines()) < line:
        return None
    place, _entry = resolve_symlinks(host, path)
    text = _("nginx does not start: it refuses line {line} of {path} ({words}). All of its sites are down with it.")
    told = text.format(line=line, path=place, words=found.quote("words"))
    if step := file_step(host, place):
        return told, Remedy(_("Correct that line, or let the guide write the file again."), step=step)
    return told, _without(host, path, _("Correct that line; or take the site out until somebody does."))


def _gone(host: Host, found: Said) -> Held:
    if found.entry(host, "path") is not None:
        return None
    text = _("nginx does not start: {path} is named in its configuration, and is not there.")
    log = found.among(_logs(host), "path")
    folder = str(PurePosixPath(log).parent)
    if log and host.read(EntryAt(folder)) is None:
        told = _("Make the folder {folder}, in which nginx makes its logs itself.").format(folder=folder)
        words = (command("mkdir", "-p", folder), "systemctl reset-failed nginx.service", f"systemctl start {UNIT}")
        return text.format(path=found.quote("path")), Remedy(told, words, safe=True)
    told = _("Bring the file back; or take away the link that leads nowhere.")
    path = found.among(_files(host), "path")
    return text.format(path=found.quote("path")), _without(host, path, told)


def _files(host: Host) -> Iterator[str]:
    """The paths of what is in nginx's own folders."""
    for folder in FOLDERS:
        names = host.read(Listing(folder))
        yield from (f"{folder}/{name}" for name in (names if isinstance(names, tuple) else ()))


def _logs(host: Host) -> Iterator[str]:
    """The paths of logs, as the configuration has them, and the one that nginx was made with."""
    yield from ("/var/log/nginx/error.log", "/var/log/nginx/access.log")
    for path in _files(host):
        data = host.read(Content(path))
        if isinstance(data, bytes):
            yield from (found[1] for found in LOG.finditer(data.decode(errors="replace")))


def _without(host: Host, path: str, told: str) -> Remedy:
    """Return the remedy of disabling a site by removing its link, which is not safe to apply without asking."""
    entry: Entry | Unknown | None = host.read(EntryAt(path))
    link = path.startswith(f"{ENABLED}/") and isinstance(entry, Entry) and entry.kind == "link"
    words = (command("rm", path), "nginx -t", f"systemctl restart {UNIT}") if link else ()
    return Remedy(told, words)


def _held(host: Host, found: Said) -> Held:
    """Check that nginx is configured for that port, and that somebody else holds it."""
    servers = host.read(Servers())
    ports = {listen.port for server in (() if isinstance(servers, Unknown) else servers) for listen in server.listens}
    port = found.number("port")
    holder = port_holder(host, port, "nginx") if port in ports else None
    if holder is None:
        return None
    text = _("nginx does not start: port {port} is held by {who}.").format(port=port, who=holder.who)
    return text, holder.remedy


CANDIDATES: Sequence[Candidate] = (
    Candidate("nginx-file-missing", r"\[emerg\] (?:\d+#\d+: )?open\(\) \"(?P<path>[^\"]+)\" failed \(2:", _gone),
    Candidate(
        "nginx-file-refused",
        r"\[emerg\] (?:\d+#\d+: )?(?P<words>.*?) in (?P<path>/\S+):(?P<line>[0-9]{1,9})$",
        _refused,
    ),
    Candidate("port-held-by-another", r"bind\(\) to \S*:(?P<port>[0-9]{1,5}) failed", _held),
)
