"""A probe of what nginx will meet at its next start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.host.nginx import NginxFaults, NginxRefusals
from wizard.host.reading import Host, Reading
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
        faults = [one for one in (*host.get(NginxFaults()), *host.get(NginxRefusals())) if not one.needs]
        if not faults:
            return passed(_("nothing in its configuration that it is known to refuse"))
        first = faults[0]
        told = _(
            "nginx goes on with what it read before, and will neither reload nor start again: all of its sites would be"
            " down."
        )
        remedy = Remedy(_("Correct that file; `nginx -t`, as root, tells whether it is right."))
        text = _("{file}: {why}").format(file=first.file, why=first.why)
        return warning(text, cause=Cause("nginx-file-refused", told), remedy=remedy)
