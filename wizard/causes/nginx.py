"""Diagnose why nginx does not run: a line that it rejects, a missing file, or a port in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.causes.candidates import Candidate, Diagnosis, choose, file_step
from wizard.causes.holder import port_holder
from wizard.findings.finding import Remedy
from wizard.findings.words import command
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Unknown
from wizard.host.unitlogs import UnitLog

UNIT, ENABLED = "nginx.service", "/etc/nginx/sites-enabled"
Held = tuple[str, "Remedy | None"] | None


def diagnose(host: Host) -> Diagnosis | None:
    """Diagnose from nginx's log since its last start and the present state of the host; None if nothing fits."""
    said = host.read(UnitLog(UNIT))
    return None if isinstance(said, Unknown) else choose(CANDIDATES, host, "\n".join(said))


def _refused(host: Host, found: re.Match[str]) -> Held:
    """Check that the rejected line still exists."""
    path, line = found["path"], int(found["line"])
    data = host.read(Content(path))
    if not isinstance(data, bytes) or len(data.splitlines()) < line:
        return None
    place, _entry = resolve_symlinks(host, path)
    text = _("nginx does not start: it refuses line {line} of {path} ({words}). All of its sites are down with it.")
    told = text.format(line=line, path=place, words=found["words"])
    if step := file_step(host, place):
        return told, Remedy(_("Correct that line, or let the guide write the file again."), step=step)
    return told, _without(host, path, _("Correct that line; or take the site out until somebody does."))


def _gone(host: Host, found: re.Match[str]) -> Held:
    path = found["path"]
    if resolve_symlinks(host, path)[1] is not None:
        return None
    text = _("nginx does not start: {path} is named in its configuration, and is not there.").format(path=path)
    return text, _without(host, path, _("Bring the file back; or take away the link that leads nowhere."))


def _without(host: Host, path: str, told: str) -> Remedy:
    """Return the remedy of disabling a site by removing its link, which is not safe to apply without asking."""
    entry: Entry | Unknown | None = host.read(EntryAt(path))
    link = str(PurePosixPath(path).parent) == ENABLED and isinstance(entry, Entry) and entry.kind == "link"
    words = (command("rm", path), "nginx -t", f"systemctl restart {UNIT}") if link else ()
    return Remedy(told, words)


def _held(host: Host, found: re.Match[str]) -> Held:
    port = int(found["port"])
    holder = port_holder(host, port, "nginx")
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
