"""The probe of the cookies that OMERO.web was told to have browsers send over https alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.api import Cause, Finding, Host, Probe, Reading, Remedy, Site, _, listed, passed, servers_for, warning
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.values import secure_cookies


class CookiesSent(Probe):
    """Browsers send OMERO.web's cookies: none is for https alone where nginx has no TLS. A warning, for a proxy before
    this machine may have it."""

    omero: Omero
    site: Site
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (self.omero.properties,)

    def observe(self, host: Host) -> Finding:
        properties = host.get(self.omero.properties)
        found = secure_cookies(properties or {})
        if not found:
            return passed(_("no cookie is for https alone"))
        names = listed(found)
        if any(listen.tls for server in servers_for(host, self.site) for listen in server.listens):
            return passed(_("{names}, and nginx has TLS").format(names=names))
        told = _("Browsers send these cookies over https alone, and nginx has no TLS here: unless a proxy before this"
                 " machine has it, nobody can sign in.")  # fmt: skip
        text = _("Where people come by http, set them back (`{line}`) and restart the service.")
        remedy = Remedy(text.format(line=self.omero.typed("config", "set", found[0]).text))
        return warning(_("{names} is set").format(names=names), cause=Cause("cookies-need-tls", told), remedy=remedy)
