"""Probes of packages of the distribution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _, _n
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Probe
from wizard.findings.words import install_command, listed
from wizard.host.distributions import of_any_distribution
from wizard.host.packages import HalfInstalled, Package, for_host
from wizard.host.reading import Host, Reading


class PackagesPresent(Probe):
    """These packages are installed (`keys`, and by their own names: as in the step `Packages`), and no package of the
    machine is half installed."""

    names: tuple[str, ...] = ()
    dnf: tuple[str, ...] = ()
    pacman: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        own = (*self.names, *self.dnf, *self.pacman)
        return (HalfInstalled(), *map(Package, {*own, *of_any_distribution(*self.keys)}))

    def observe(self, host: Host) -> Finding:
        names = for_host(host.facts, self.names, self.dnf, self.pacman, self.keys) or self.names
        half = host.get(HalfInstalled())
        missing = [name for name in names if host.get(Package(name)) is None]
        if half:  # first, as nothing can be installed before it is repaired
            return self._half(half)
        if missing:
            text = _("{missing} of {count} packages are not installed: {names}")
            evidence = text.format(missing=len(missing), count=len(names), names=listed(missing))
            told = _("Install what is missing.")
            return failed(
                evidence,
                cause=Cause("packages-missing", _("Packages that the guide needs are not installed.")),
                remedy=Remedy(told, (install_command(host, *missing),)),
            )
        text = _n("{count} package installed", "{count} packages installed", len(names))
        return passed(text.format(count=len(names)))

    def _half(self, half: tuple[str, ...]) -> Finding:
        text = _("left half installed: {names}; every package should be whole")
        return failed(
            text.format(names=listed(half)),
            cause=Cause("packages-half-installed", _("An installation was interrupted before its end.")),
            remedy=Remedy(_("Let dpkg finish what was interrupted."), ("dpkg --configure -a", "apt-get -y -f install")),
        )
