"""A probe that does not apply with these answers or on this machine."""

from __future__ import annotations

from typing import ClassVar

from wizard.findings.finding import SKIPPED, Finding
from wizard.findings.probe import Probe
from wizard.host.reading import Host


class NotApplicable(Probe):
    """Stands in for a probe that does not apply here: always skipped, with the reason."""

    because: str
    counts: ClassVar[bool] = False

    def observe(self, host: Host) -> Finding:
        return Finding(SKIPPED, "", self.because)
