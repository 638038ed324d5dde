"""The probe of a proxy's maintenance page while its upstream is not started yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.http import ERROR_LOG, diagnose
from wizard.causes.site import Site
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Probe
from wizard.host.http import Get
from wizard.host.reading import Host, Reading
from wizard.host.sockets import Connection, Listeners
from wizard.host.units import Unit


class MaintenanceShown(Probe):
    """While nothing listens on the upstream port, the site answers 502 with its own page, which contains `mark`.

    Applies until the checkpoint `expected_until` is reached. It passes where the `unit` of that checkpoint already
    answers, as it does while the instance is being changed.
    """

    path: str
    host: str
    port: int
    upstream: tuple[str, int]
    mark: bytes
    expected_until: str
    unit: str = ""
    page_step: str = ""
    site: Site | None = None
    after: tuple[str, ...] = ()

    @property
    def until(self) -> str | None:
        return self.expected_until

    def reads(self) -> Iterable[Reading[Any]]:
        return (Get(self.path, self.host, self.port), Connection(*self.upstream))

    def observe(self, host: Host) -> Finding:
        answered, connected = host.get(Get(self.path, self.host, self.port)), host.get(Connection(*self.upstream))
        address = f"{self.upstream[0]}:{self.upstream[1]}"
        if not connected and answered.status and answered.status < 500:
            if self._own(host):
                return passed(_("{seen}: {unit} runs already").format(seen=answered.says(), unit=self.unit))
            text = _("{seen}; it should be HTTP 502 as long as the service is not installed")
            told = _("Somebody already answers on {address}.").format(address=address)
            return failed(text.format(seen=answered.says()), cause=Cause("service-already-answers", told))
        if answered.status != 502:
            text = _("{seen}; it should be HTTP 502 as long as the service is not installed")
            cause, remedy = diagnose(host, answered, self.path, self.host, self.port, ERROR_LOG, self.site)
            return failed(text.format(seen=answered.says()), cause=cause, remedy=remedy)
        if self.mark not in answered.body:
            text = _("HTTP 502, but without the maintenance page: {seen}").format(seen=answered.says())
            told = _("The page is not where the site looks for it, or nginx may not read it.")
            remedy = Remedy(_("Apply this checkpoint: it writes the page."), step=self.page_step)
            return failed(text, cause=Cause("maintenance-page-missing", told), remedy=remedy)
        text = _("HTTP 502 with the maintenance page: nobody listens on {address} yet, as it should be")
        return passed(text.format(address=address))

    def _own(self, host: Host) -> bool:
        """Whether the listener belongs to the unit."""
        pids = {one.pid for one in host.get(Unit(self.unit)).processes} if self.unit else set()
        holders = [one.pid for one in host.get(Listeners()) if one.port == self.upstream[1]]
        return bool(holders) and pids.issuperset(holders)
