"""The probe of where nginx keeps the answers of an application that are larger than its buffers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.downloads import answers_closed
from wizard.causes.handed import handed_to
from wizard.causes.nginx_folders import PROXY, UNIT, built_in, places
from wizard.causes.site import Site
from wizard.findings.finding import Finding, failed, passed
from wizard.findings.probe import Probe
from wizard.findings.words import listed
from wizard.host.files import EntryAt
from wizard.host.nginx import Servers
from wizard.host.reading import Host, Reading
from wizard.host.units import Unit


class AnswersKept(Probe):
    """nginx's workers may write to the folder where an answer of the application waits for whoever takes it more slowly
    than it is made; of a site that keeps none, nothing is asked."""

    site: Site
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Unit(UNIT), *map(EntryAt, places(PROXY)), Servers())

    def observe(self, host: Host) -> Finding:
        handed = handed_to(host, self.site)
        folders = [one.keeps or built_in(host, one.kind) for one in handed if one.keeps is not None]
        if handed and not folders:
            return passed(_("nginx keeps nothing of the application's answers"))
        folders = sorted({one for one in folders if one} or {one for one in [built_in(host, PROXY)] if one})
        for folder in folders:
            if found := answers_closed(host, folder):
                return failed(found[0], cause=found[1], remedy=found[2])
        return passed(_("large answers are kept in {folder} meanwhile").format(folder=listed(folders) or "?"))
