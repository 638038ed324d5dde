"""The probe of what nginx tells an application of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.browser import name_not_handed_on
from wizard.causes.candidates import edited, file_step
from wizard.causes.handed import handed_to
from wizard.causes.site import Site
from wizard.findings.finding import SKIPPED, Finding, failed, passed
from wizard.findings.probe import Probe
from wizard.host.files import Content
from wizard.host.reading import Host, Reading
from wizard.host.records import WrittenAt


class NameHandedOn(Probe):
    """nginx tells the application by which name it was asked (`Host`): Django refuses forms from another."""

    site: Site
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (WrittenAt(self.site.available), Content(self.site.available))

    def observe(self, host: Host) -> Finding:
        if file_step(host, self.site.available) and not edited(host, self.site.available):
            # All of nginx's files are read, which takes a process, only where there is something to find.
            return passed(_("{path} is as it was written").format(path=self.site.available))
        handed = handed_to(host, self.site)
        if not handed:
            because = _("no site of nginx hands requests to {target}")
            return Finding(SKIPPED, "", because.format(target=self.site.socket or self.site.upstream))
        wrong = name_not_handed_on(host, self.site)
        if wrong:
            header = handed[0].header("host") or "$proxy_host"
            return failed(_("nginx hands on {header}").format(header=f"Host {header}"), cause=wrong[0], remedy=wrong[1])
        return passed(_("nginx hands on {header}").format(header=f"Host {handed[0].header('host')}"))
