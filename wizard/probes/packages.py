"""Probes of the distribution's packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wizard.host.packages import HalfInstalled, Package
from wizard.host.reading import Host, Reading
from wizard.language import _, _n
from wizard.probes.probe import Cause, Finding, Probe, Remedy, failed, passed
from wizard.probes.words import command, listed


@dataclass(frozen=True, eq=False, repr=False)
class PackagesPresent(Probe):
    """All of these packages are installed, and none of the machine's is left half installed."""

    names: tuple[str, ...]
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """Each package, and what an interrupted run left."""
        return (HalfInstalled(), *map(Package, self.names))

    def observe(self, host: Host) -> Finding:
        """Which are missing; what is half installed comes first, for nothing installs before it is repaired."""
        half = host.get(HalfInstalled())
        missing = [name for name in self.names if host.get(Package(name)) is None]
        if half:
            return self._half(half)
        if missing:
            text = _("{missing} of {count} packages are not installed: {names}")
            evidence = text.format(missing=len(missing), count=len(self.names), names=listed(missing))
            told = _("Install what is missing.")
            return failed(
                evidence,
                cause=Cause("packages-missing", _("Packages that the guide needs are not installed.")),
                remedy=Remedy(told, (command("apt-get", "install", "--no-install-recommends", *missing),)),
            )
        text = _n("{count} package installed", "{count} packages installed", len(self.names))
        return passed(text.format(count=len(self.names)))

    def _half(self, half: tuple[str, ...]) -> Finding:
        text = _("left half installed: {names}; every package should be whole")
        return failed(
            text.format(names=listed(half)),
            cause=Cause("packages-half-installed", _("An installation was interrupted before its end.")),
            remedy=Remedy(_("Let dpkg finish what was interrupted."), ("dpkg --configure -a", "apt-get -y -f install")),
        )
