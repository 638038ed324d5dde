"""The probe and the trial that cannot judge an instance as somebody installed it, and say why."""

from __future__ import annotations

from wizard.base.language import _
from wizard.changes.change import Hands
from wizard.findings.finding import UNKNOWN, Finding
from wizard.findings.probe import Probe, Trial
from wizard.host.reading import Host


class Unjudged(Probe):
    """A probe of the guide that would look in the wrong place: unknown, with what it was that somebody did otherwise.
    `gone` is the checkpoint from which on that probe no longer counts."""

    why: str
    gone: str | None = None

    @property
    def until(self) -> str | None:
        """As that of the probe in whose place it stands."""
        return self.gone

    def observe(self, host: Host) -> Finding:
        """Unknown."""
        return Finding(UNKNOWN, self.why, _("not judged yet"))


class Untried(Trial):
    """The same for a trial, which is not made."""

    why: str

    @property
    def lacks(self) -> str:
        """What somebody did otherwise."""
        return _("{why}: not judged yet").format(why=self.why)

    @property
    def touches(self) -> str:
        """Nothing."""
        return _("nothing")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        """Unknown."""
        return Finding(UNKNOWN, self.why, _("not judged yet"))
