"""Changes of the distribution's packages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from wizard.changes.brings import brought_by
from wizard.changes.change import Change, Failed, Hands, Typed
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import HalfInstalled, ListsAge, Package
from wizard.host.reading import Host
from wizard.language import _

APT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "NEEDRESTART_MODE": "a",
    "APT_LISTCHANGES_FRONTEND": "none",
}
LOCK_SECONDS = 600
INSTALL = (
    "apt-get",
    "-q",
    "-y",
    "-o",
    f"DPkg::Lock::Timeout={LOCK_SECONDS}",
    "--no-install-recommends",
    "install",
)


def _in_shell(words: str) -> str:
    return " ".join(f"{name}={value}" for name, value in APT.items()) + f" {words}"


@dataclass(frozen=True)
class PackageListsRefreshed(Change):
    """The package manager knows what its mirrors offer today."""

    stale: ClassVar[tuple[str, ...]] = ("packages",)

    @property
    def title(self) -> str:
        """In words."""
        return _("refresh the package lists")

    def carry_out(self, hands: Hands) -> None:
        """`apt-get update`, again while another process holds the lists. It ends well even where it reached nothing."""
        lines = hands.run(("apt-get", "-q", "update"), env=APT).splitlines()
        refused = [line for line in lines if line.startswith(("Err:", "W: Failed to fetch"))]
        if refused and not any(line.startswith(("Get:", "Hit:")) for line in lines):
            text = _("no mirror of packages was reached: {line}").format(line=refused[-1])
            remedy = _("check the network, the proxy and the addresses in /etc/apt, then run this again")
            raise Failed(text, remedy=remedy, output="\n".join(lines))

    def effect(self, host: Host) -> Iterable[Effect]:
        """The lists are new."""
        yield Sets(ListsAge(), 0.0)

    def typed(self) -> Sequence[Typed]:
        """As typed."""
        return (Typed("apt-get -q update"),)


@dataclass(frozen=True)
class PackagingRepaired(Change):
    """What an interrupted package run left half done is completed."""

    names: tuple[str, ...] = ()
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        """In words."""
        return _("complete the interrupted installation of {names}").format(names=", ".join(self.names))

    def carry_out(self, hands: Hands) -> None:
        """`dpkg --configure -a`, then what apt itself proposes."""
        hands.run(("dpkg", "--configure", "-a", "--force-confold"), env=APT)
        hands.run(("apt-get", "-q", "-y", "-f", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}", "install"), env=APT)

    def effect(self, host: Host) -> Iterable[Effect]:
        """Nothing is half installed."""
        yield Sets(HalfInstalled(), ())

    def typed(self) -> Sequence[Typed]:
        """As typed."""
        return (Typed("dpkg --configure -a"), Typed(_in_shell("apt-get -y -f install")))


@dataclass(frozen=True)
class PackagesInstalled(Change):
    """These packages are installed, without what they merely recommend. They stay when the guide is undone."""

    names: tuple[str, ...]
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        """In words."""
        return _("install {names}").format(names=" ".join(self.names))

    def carry_out(self, hands: Hands) -> None:
        """One `apt-get install`, waiting for whoever holds the package manager's lock."""
        hands.run((*INSTALL, *self.names), env=APT)

    def effect(self, host: Host) -> Iterable[Effect]:
        """They are there, with what they are known to bring: accounts, units, configuration."""
        for name in self.names:
            yield Sets(Package(name), "")
            yield from brought_by(name, host)

    def typed(self) -> Sequence[Typed]:
        """As typed."""
        return (Typed(_in_shell(" ".join((*INSTALL, *self.names)))),)
