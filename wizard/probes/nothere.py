"""The probe that is not made here, and says why."""

from __future__ import annotations

from typing import ClassVar

from wizard.findings.finding import SKIPPED, Finding
from wizard.findings.probe import Probe
from wizard.host.reading import Host


class NotHere(Probe):
    """A probe of the guide that these answers or this machine leave nothing to look at: skipped, with the reason."""

    because: str
    counts: ClassVar[bool] = False

    def observe(self, host: Host) -> Finding:
        """Skipped."""
        return Finding(SKIPPED, "", self.because)
