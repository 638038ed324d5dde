"""Diagnose a unit that does not run from its files: what was changed in them since they were written."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.causes.candidates import Diagnosis, edited, file_step
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command, listed
from wizard.host.files import Content
from wizard.host.reading import Host
from wizard.host.records import WrittenAt
from wizard.host.units import UnitState

MOST_LINES = 3
DECISIVE = pattern(
    r"(?:User|Group|DynamicUser|Type|PIDFile|BusName|UMask|WorkingDirectory|NoNewPrivileges|CapabilityBoundingSet|Requires"
    r"|Requisite|BindsTo|TemporaryFileSystem|InaccessiblePaths|(?:Exec|Environment|PassEnvironment|Limit|Memory|Tasks"
    r"|Protect|Private|Read(?:Only|Write)|Bind|Root|SystemCall|Restrict|Timeout|Runtime|Condition|Assert)\w*)\s*=.*"
)
"""The settings that can keep a service from starting (systemd.exec(5), systemd.service(5), systemd.unit(5))."""


def diagnose_edited_unit(host: Host, unit: str, state: UnitState) -> Diagnosis | None:
    """Diagnose a unit whose file was edited since Jalon wrote it, or which somebody's drop-in changes; None for one
    that is as it was written, or that Jalon never wrote."""
    if not file_step(host, state.fragment):
        return None
    if edited(host, state.fragment):
        text = _("{path} was edited since Jalon wrote it, and nothing else is seen that could be the reason.")
        told = _("Set it right in {path}, or let the guide write the file again; then start it.")
        remedy = Remedy(told.format(path=state.fragment), step=file_step(host, state.fragment))
        return Cause("unit-edited", text.format(path=state.fragment)), remedy
    others = [path for path in state.drop_ins if not getattr(host.read(WrittenAt(path)), "last", "")]
    found = {path: lines for path in others if (lines := [*_settings(host, path)])}
    if not found:
        return None
    lines = [line for some in found.values() for line in some][:MOST_LINES]
    text = _("{paths} changes the unit ({lines}), and nothing else is seen that could be the reason.")
    told = _("Correct it, or take it away; then `systemctl daemon-reload` and `{start}`.")
    remedy = Remedy(told.format(start=command("systemctl", "restart", unit)))
    return Cause("unit-drop-in", text.format(paths=listed([*found]), lines=", ".join(lines))), remedy


def _settings(host: Host, path: str) -> Iterator[str]:
    """The lines of a drop-in that may keep the service from starting."""
    data = host.read(Content(path))
    text = data.decode(errors="replace") if isinstance(data, bytes) else ""
    yield from (line.strip() for line in lines_of(text) if DECISIVE.match(line.strip()))
