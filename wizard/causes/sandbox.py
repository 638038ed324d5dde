"""Why systemd could not give a service the view of files that its unit asks for."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.candidates import Candidate
from wizard.causes.said import Said
from wizard.findings.finding import Remedy
from wizard.host.reading import Host

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
