"""The probe of how long a request may take until gunicorn ends the worker that answers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.host.gunicorn import patience
from wizard.host.reading import Host, Reading
from wizard.host.units import Unit
from wizard.probes.processes import runs


class RequestsMayLast(Probe):
    """gunicorn, as it runs, ends no worker that is busy with one request for less than `least` seconds; else a warning,
    for what is done sooner works. `said` is where its options are set. Options of a file are not seen."""

    unit: str
    least: int
    said: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Unit(self.unit),)

    def observe(self, host: Host) -> Finding:
        found = [one for one in host.get(Unit(self.unit)).processes if runs(one, "gunicorn")]
        if not found:
            return passed(_("it does not run"))
        pids = {one.pid for one in found}
        master = next((one for one in found if one.parent not in pids), found[0])
        told = patience(master.command)
        if not told.blocking:
            return passed(_("its workers go on while a request is answered"))
        if not told.seconds:
            return passed(_("its workers are never ended for being busy"))
        evidence = _("its workers are ended after {seconds} s with one request").format(seconds=told.seconds)
        if not told.told or told.seconds >= self.least:
            return passed(evidence if told.told else _("its command line says no `--timeout`"))
        text = _(
            "Whatever takes longer, such as a long download, breaks off: gunicorn ends the worker that is busy with it."
        )
        raised = _("In {place}, raise `--timeout` or take it out, or give the workers threads (`--threads 5`), which go"
                   " on meanwhile; then restart the service.")  # fmt: skip
        remedy = Remedy(raised.format(place=self.said))
        return warning(evidence, cause=Cause("requests-cut-short", text), remedy=remedy)
