"""Stand-ins for probes and trials that cannot judge an instance installed in another way than the guide's."""

from __future__ import annotations

from wizard.base.language import _
from wizard.changes.change import Hands
from wizard.findings.finding import UNKNOWN, Finding
from wizard.findings.probe import Probe, Trial
from wizard.host.reading import Host


class Unjudged(Probe):
    """Stands in for a probe that would look in the wrong place: always unknown, for the reason `why`, how this instance
    differs. `gone` is the `until` of that probe."""

    why: str
    gone: str | None = None

    @property
    def until(self) -> str | None:
        return self.gone

    def observe(self, host: Host) -> Finding:
        return Finding(UNKNOWN, self.why, _("not judged yet"))


class Untried(Trial):
    """Stands in for a trial in the same way: always skipped."""

    why: str

    @property
    def lacks(self) -> str:
        return _("{why}: not judged yet").format(why=self.why)

    @property
    def touches(self) -> str:
        return _("nothing")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        return Finding(UNKNOWN, self.why, _("not judged yet"))
