"""Probes of attachments: what a browser is told of them, and who may fetch them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.candidates import file_step
from wizard.causes.http import ERROR_LOG, diagnose
from wizard.causes.site import Site, diagnose_routing
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host.http import Get, Response
from wizard.host.reading import Host, Reading

# The name of an attachment that is never there: how the server answers says how it serves the others.
NOBODYS = "jalon-looks-here.html"


def asks_first(answered: Response) -> bool:
    """Whether the server wants a sign-in first: it refuses, or sends on to another page (not to the same with TLS)."""
    if answered.status not in (302, 303, 307):
        return answered.status == 401
    return NOBODYS not in answered.location.partition("?")[0]


class AttachmentsHarmless(Probe):
    """Below `url`, the server tells browsers not to guess what a file is, as a site does that serves attachments as
    data. Otherwise it is a warning: attachments arrive, but may be pages. The site is the file `site.available`."""

    host: str
    port: int
    site: Site
    url: str = "/media"
    error_log: str = ERROR_LOG
    after: tuple[str, ...] = ()

    @property
    def _asked(self) -> Get:
        return Get(f"{self.url}/{NOBODYS}", self.host, self.port)

    def reads(self) -> Iterable[Reading[Any]]:
        return (self._asked,)

    def observe(self, host: Host) -> Finding:
        answered = host.get(self._asked)
        if answered.error or answered.status >= 500:
            cause, remedy = diagnose(host, answered, self._asked.path, self.host, self.port, self.error_log, self.site)
            return failed(answered.says(), cause=cause, remedy=remedy)
        if asks_first(answered):
            return passed(_("HTTP {status}: who is not signed in is sent away").format(status=answered.status))
        if answered.header("x-content-type-options").lower() != "nosniff":
            if found := diagnose_routing(host, self.site, self.host):
                return failed(answered.says(), cause=found[0], remedy=found[1])
            text = _("below {url}/, without the header X-Content-Type-Options")
            told = _("An attachment that is a page, or that a browser takes for one, acts in the name of this site.")
            return warning(
                text.format(url=self.url),
                cause=Cause("attachments-as-pages", told),
                remedy=self._remedy(host),
            )
        return passed(_("below {url}/, with the header X-Content-Type-Options").format(url=self.url))

    def _remedy(self, host: Host) -> Remedy:
        told = _(
            "Let the guide write {path} anew; or give its `location {url}/` what the guide's own has: nosniff,"
            " downloads of all but pictures and PDF, `disable_symlinks`, nothing that begins with a dot."
        )
        path = self.site.available
        return Remedy(told.format(path=path, url=self.url), step=file_step(host, path))


class AttachmentsAskSignIn(Probe):
    """Who is not signed in gets no attachment below `url`. As the document has attachments served to everybody, that
    they are is a warning, with the `remedy`."""

    host: str
    port: int
    remedy: Remedy
    url: str = "/media"
    after: tuple[str, ...] = ()

    @property
    def _asked(self) -> Get:
        return Get(f"{self.url}/{NOBODYS}", self.host, self.port)

    def reads(self) -> Iterable[Reading[Any]]:
        return (self._asked,)

    def observe(self, host: Host) -> Finding:
        answered = host.get(self._asked)
        if asks_first(answered):
            return passed(_("HTTP {status}: who is not signed in is sent away").format(status=answered.status))
        text = _("HTTP {status} below {url}/, and no sign-in is asked for")
        told = _("Whoever knows or guesses the address of an attachment may fetch it, without an account.")
        return warning(
            text.format(status=answered.status, url=self.url),
            cause=Cause("attachments-open-to-all", told),
            remedy=self.remedy,
        )
