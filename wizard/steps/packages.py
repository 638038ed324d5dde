"""Steps about the distribution's packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.host.packages import HalfInstalled, ListsAge, Package
from wizard.host.reading import Host
from wizard.language import _
from wizard.steps.step import Blocked

if TYPE_CHECKING:
    from wizard.changes.change import Change

# Mirrors drop a package's old file when a new one comes: lists older than a day may name what is gone.
LISTS_OLD = 24 * 3600.0


@dataclass(frozen=True, eq=False, repr=False)
class Packages:
    """These packages are installed, whole, by the distribution's own manager."""

    names: tuple[str, ...]
    shared: bool = True

    @property
    def title(self) -> str:
        """In words."""
        return _("system packages")

    def changes(self, host: Host) -> Iterator[Change]:
        """An interrupted run is completed first; lists are fetched when something is missing and they are old."""
        from wizard.changes.packages import PackageListsRefreshed, PackagesInstalled, PackagingRepaired

        if host.facts.package_manager != "apt":
            why = _("{name} does not install its packages with apt").format(name=host.facts.name)
            raise Blocked(why, _("use Debian 12 or Ubuntu 22.04 or later"))
        host.expect([Package(name) for name in self.names])
        if broken := host.get(HalfInstalled()):
            yield PackagingRepaired(broken)
        missing = tuple(name for name in self.names if host.get(Package(name)) is None)
        if not missing:
            return
        age = host.get(ListsAge())
        if age is None or age > LISTS_OLD:
            yield PackageListsRefreshed()
        yield PackagesInstalled(missing)
