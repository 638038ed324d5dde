"""The probe of what a web server shows to those who come by an address, or by a name that no site has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.causes.http import stranger
from wizard.frozen import frozen
from wizard.host.http import Get
from wizard.host.reading import Host, Reading
from wizard.language import _
from wizard.probes.probe import Finding, Probe, Remedy, failed, passed


@frozen(eq=False, repr=False)
class NoWelcomePage(Probe):
    """Whoever comes by the machine's address is not shown the welcome page of its distribution: a site that answers to
    its own name alone is never seen by them."""

    port: int
    step: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """The first page, asked for by address."""
        return (Get("/", "127.0.0.1", self.port),)

    def observe(self, host: Host) -> Finding:
        """Whose page it is."""
        answered = host.get(Get("/", "127.0.0.1", self.port))
        if cause := stranger(answered.body):
            text = _("{seen}, by address: the distribution's welcome page").format(seen=answered.says())
            remedy = Remedy(_("Disable the default site, and restart nginx."), step=self.step)
            return failed(text, cause=cause, remedy=remedy)
        return passed(_("{seen}, by address").format(seen=answered.says()))
