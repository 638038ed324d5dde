"""A probe of what nginx will meet at its next start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import listed, semicolon
from wizard.host.nginx import NginxFaults, NginxRefusals
from wizard.host.reading import Host, NotKnown, Reading, Unknown
from wizard.host.units import Unit, UnitState

UNIT = "nginx.service"


class NextStartOfNginx(Probe):
    """nginx, which runs, would start again with its configuration as it lies there; else a warning, for it works with
    what it has read until then."""

    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (NginxFaults(), NginxRefusals(), Unit(UNIT))

    def observe(self, host: Host) -> Finding:
        state = host.read(Unit(UNIT))
        if isinstance(state, UnitState) and state.active not in ("active", "reloading"):
            # Why it does not run is told by the probe that finds so.
            return passed(_("it does not run"))
        unread = host.get(NginxFaults())
        faults = [one for one in (*unread, *host.get(NginxRefusals())) if not one.needs]
        closed = [one for one in unread if one.needs]
        if closed and not faults:
            # No site is left out in silence; what a site names, such as a key, is closed to users as it should be.
            text = _("not read: {files}").format(files=listed([one.file for one in closed]))
            raise NotKnown(Unknown(text, needs=closed[0].needs))
        if not faults:
            return passed(_("nothing in its configuration that it is known to refuse"))
        told = _(
            "nginx goes on with what it read before, and will neither reload nor start again: all of its sites would be"
            " down."
        )
        remedy = Remedy(_("Correct that file; `nginx -t`, as root, tells whether it is right."))
        text = _("{file}: {why}")
        seen = listed([text.format(file=one.file, why=one.why) for one in (*faults, *closed)], separator=semicolon())
        return warning(seen, cause=Cause("nginx-file-refused", told), remedy=remedy)
