"""The probes and the trial of the made-up guide."""

from __future__ import annotations

from wizard.api import Cause, EntryAt, Finding, Hands, Host, Probe, Remedy, Trial, failed, passed


class Says(Probe):
    """A probe that finds what it is told to."""

    finding: Finding | None = None
    after: tuple[str, ...] = ()
    gone: str | None = None

    @property
    def until(self) -> str | None:
        return self.gone

    def observe(self, host: Host) -> Finding:
        if self.finding is None:
            raise RuntimeError("this probe is wrong itself")
        return self.finding


class Clean(Probe):
    """Nothing lies at a path; what repairs it takes something away, and is asked about."""

    path: str
    after: tuple[str, ...] = ()

    def observe(self, host: Host) -> Finding:
        if host.get(EntryAt(self.path)) is None:
            return passed("nothing lies about")
        cause = Cause("litter", "somebody left it there")
        return failed("litter", cause=cause, remedy=Remedy("take it away", (f"rm {self.path}",)))


class Tries(Trial):
    """A trial that runs a program."""

    after: tuple[str, ...] = ()
    touches: str = "nothing"

    def attempt(self, host: Host, hands: Hands) -> Finding:
        return passed(f"it said {hands.run(('echo', 'tried')).strip()}")
