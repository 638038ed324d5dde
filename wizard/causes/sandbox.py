"""Why systemd could not give a service the view of files that its unit asks for."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.access import setting_file
from wizard.causes.candidates import Candidate, Diagnosis
from wizard.causes.said import Said
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command
from wizard.host import sandbox
from wizard.host.files import EntryAt
from wizard.host.reading import Host, Unknown
from wizard.host.unitlogs import UnitLog
from wizard.host.units import UnitState

# systemd's own exit status (systemd.exec(5): 226, NAMESPACE), after what it said of it, if that is still known.
SAID = r"(?:mount namespacing: (?P<words>.*)(?:\n.*)*\n)?^exit status 226$"


def _refused(host: Host, said: Said) -> tuple[str, Remedy | None]:
    text = _("systemd cannot give it the view of files that its unit asks for (226/NAMESPACE).")
    if said.names("words"):
        text += " " + _("It said: {words}").format(words=said.quote("words"))
    told = _(
        "Where that names a path, see `BindPaths=` and its like in `systemctl cat`. In a container, have its host allow"
        " it to nest; or take out, with `systemctl edit`, what it forbids: `ProtectHome=no`, `BindPaths=`,"
        " `PrivateTmp=no`, `ProtectSystem=no`, `ProtectProc=default`, `PrivateDevices=no`, `ProtectKernelTunables=no`,"
        " `ProtectKernelModules=no`, `ProtectKernelLogs=no`, `ProtectControlGroups=no`."
    )
    return text, Remedy(told)


REFUSED = Candidate("sandbox-refused", SAID, _refused)


def path_missing(host: Host, unit: str, state: UnitState) -> Diagnosis | None:
    """Diagnose a path that a unit's settings name and that is not there, which systemd gave up for (226/NAMESPACE)."""
    wanted = list(sandbox.required(dict(state.settings)))
    if not wanted:
        return None
    journal = host.read(UnitLog(unit))
    if isinstance(journal, Unknown) or not any("NAMESPACE" in line or "namespacing" in line for line in journal):
        return None
    for name, path in wanted:
        if host.read(EntryAt(path)) is None:
            file = setting_file(host, unit, name) or unit
            text = _("{file} names {path} in `{name}=`, and that is not there: so {unit} does not start.")
            told = _("Make the folder, if it should be there; or put a `-` before its name in {file}.")
            words = (command("mkdir", "-p", path), command("systemctl", "restart", unit))
            cause = Cause("sandbox-path-missing", text.format(file=file, path=path, name=name, unit=unit))
            return cause, Remedy(told.format(file=file), words)
    return None
