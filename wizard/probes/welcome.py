"""The probe of the page served for requests by address or by an unknown host name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.http import welcome_page
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host.http import Get
from wizard.host.reading import Host, Reading


class NoWelcomePage(Probe):
    """A request by the machine's address is not answered with the distribution's welcome page, as happens where the
    site answers to its own name only. Where the application answers `below` a prefix, a welcome page above it is a
    warning."""

    port: int
    step: str
    below: str = ""
    after: tuple[str, ...] = ()

    @property
    def _pages(self) -> tuple[Get, Get]:
        """The page at `/` and the application's page, both requested by address."""
        return Get("/", "127.0.0.1", self.port), Get(f"{self.below}/", "127.0.0.1", self.port)

    def reads(self) -> Iterable[Reading[Any]]:
        return self._pages

    def observe(self, host: Host) -> Finding:
        answered, own = map(host.get, self._pages)
        cause = welcome_page(answered.body)
        if cause is None:
            return passed(_("{seen}, by address").format(seen=answered.says()))
        text = _("{seen}, by address: the distribution's welcome page").format(seen=answered.says())
        if self.below and own.status not in (0, 404):
            text = _("{seen}, by address: the distribution's welcome page, above {prefix}, which answers")
            told = _("Who leaves the prefix out is shown it: the site says nothing of the address above.")
            remedy = Remedy(_("Let the site send `/` on to `{prefix}/`.").format(prefix=self.below))
            seen = text.format(seen=answered.says(), prefix=self.below)
            return warning(seen, cause=Cause("welcome-above-prefix", told), remedy=remedy)
        return failed(
            text, cause=cause, remedy=Remedy(_("Disable the default site, and restart nginx."), step=self.step)
        )
