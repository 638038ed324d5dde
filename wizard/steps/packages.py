"""Steps about the distribution's packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.values import field
from wizard.host.distributions import MANAGERS, distribution_of
from wizard.host.packages import HalfInstalled, ListsAge, Package, for_host
from wizard.host.reading import Host
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change
    from wizard.changes.package_effects import Brings

# Mirrors drop a package's old file when a new one comes: lists older than a day may name what is gone.
LISTS_OLD = 24 * 3600.0


class Packages(Step):
    """These packages are installed, whole, by the distribution's own manager: those of `keys` of
    `wizard/host/distributions.py`, and by their own names `names` where that is apt, `dnf` where it is dnf, `pacman`
    where it is pacman. Where a guide names some, and none for the host's, it is not for that host. `name` tells several
    such steps of one guide apart; `brings` are the effects of packages that are not known here: the accounts and units,
    say, that later steps read."""

    names: tuple[str, ...] = ()
    dnf: tuple[str, ...] = ()
    brings: Brings = field(default_factory=dict, hash=False, repr=False)
    shared: bool = True
    name: str = ""
    pacman: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"packages:{self.name}" if self.name else "packages"

    @property
    def title(self) -> str:
        return _("system packages")

    def changes(self, host: Host) -> Iterator[Change]:
        """Complete an interrupted installation, then install what is missing."""
        names = for_host(host.facts, self.names, self.dnf, self.pacman, self.keys)
        if not names:
            raise self._not_here(host)
        host.expect([Package(name) for name in names])
        manager = host.facts.package_manager
        if manager == "dnf":
            yield from self._by_dnf(host, names)
        elif manager == "pacman":
            yield from self._by_pacman(host, names)
        else:
            yield from self._by_apt(host, names)

    def _by_apt(self, host: Host, names: tuple[str, ...]) -> Iterator[Change]:
        """Refresh old package lists only if something is missing."""
        from wizard.changes.packages import PackageListsRefreshed, PackagesInstalled, PackagingRepaired

        if broken := host.get(HalfInstalled()):
            yield PackagingRepaired(broken)
        missing = tuple(name for name in names if host.get(Package(name)) is None)
        if not missing:
            return
        age = host.get(ListsAge())
        if age is None or age > LISTS_OLD:
            yield PackageListsRefreshed()
        yield PackagesInstalled(missing, brings=self.brings)

    def _by_dnf(self, host: Host, names: tuple[str, ...]) -> Iterator[Change]:
        """Install packages that add a repository first. dnf refreshes its metadata itself."""
        from wizard.changes.packages import PackagesInstalled

        repositories = distribution_of(host.facts).packages("extra-repository")
        first = tuple(name for name in names if name in repositories)
        for part in (first, tuple(name for name in names if name not in first)):
            if missing := tuple(name for name in part if host.get(Package(name)) is None):
                yield PackagesInstalled(missing, "dnf", self.brings)

    def _by_pacman(self, host: Host, names: tuple[str, ...]) -> Iterator[Change]:
        """Install from the lists that are there: fresh ones would ask for an upgrade of all that is installed."""
        from wizard.changes.packages import PackagesInstalled

        missing = tuple(name for name in names if host.get(Package(name)) is None)
        if missing and host.get(Package("pacman")) is not None and host.get(ListsAge()) is None:
            why = _("pacman has no lists of packages yet")
            raise Blocked(why, _("`pacman -Syu` fetches them, and brings this system up to date; then run this again"))
        if missing:
            yield PackagesInstalled(missing, "pacman", self.brings)

    def _not_here(self, host: Host) -> Blocked:
        if self.keys:
            why = _("{name} installs its packages with none of {managers}")
            why = why.format(name=host.facts.name, managers=", ".join(MANAGERS))
            return Blocked(why, _("use Debian, Ubuntu, Rocky Linux, AlmaLinux or Arch Linux, or one that is like them"))
        if self.dnf:
            why = _("{name} installs its packages with neither apt nor dnf").format(name=host.facts.name)
            return Blocked(why, _("use Debian 12, Ubuntu 22.04 or Rocky Linux 9, or later"))
        why = _("{name} does not install its packages with apt").format(name=host.facts.name)
        return Blocked(why, _("use Debian 12 or Ubuntu 22.04 or later"))
