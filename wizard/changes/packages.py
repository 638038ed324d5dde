"""Changes of the distribution's packages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.values import field
from wizard.changes.brings import brought_by
from wizard.changes.change import Change, Failed, Hands, Typed
from wizard.changes.package_effects import Brings
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import HalfInstalled, ListsAge, Package
from wizard.host.reading import Host

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
DNF_INSTALL = ("dnf", "-y", "--setopt=install_weak_deps=False", "install")
# Never with `-y`: fresh lists without an upgrade of all else are what Arch supports least.
PACMAN_INSTALL = ("pacman", "-S", "--needed", "--noconfirm")


def _in_shell(words: str) -> str:
    return " ".join(f"{name}={value}" for name, value in APT.items()) + f" {words}"


class PackageListsRefreshed(Change):
    """Refresh apt's package lists; dnf does so itself."""

    kind: ClassVar[str] = "PackageListsRefreshed"
    fetches: ClassVar[bool] = True
    mark: ClassVar[str] = "!"
    stale: ClassVar[tuple[str, ...]] = ("packages",)

    @property
    def title(self) -> str:
        return _("refresh the package lists")

    def carry_out(self, hands: Hands) -> None:
        """`apt-get update`, again while another process holds the lists. It ends well even where it reached nothing."""
        lines = lines_of(hands.run(("apt-get", "-q", "update"), env=APT))
        refused = [line for line in lines if line.startswith(("Err:", "W: Failed to fetch"))]
        if refused and not any(line.startswith(("Get:", "Hit:")) for line in lines):
            text = _("no mirror of packages was reached: {line}").format(line=refused[-1])
            remedy = _("check the network, the proxy and the addresses in /etc/apt, then run this again")
            raise Failed(text, remedy=remedy, output="\n".join(lines))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(ListsAge(), 0.0)

    def typed(self) -> Sequence[Typed]:
        return (Typed("apt-get -q update"),)


class PackagingRepaired(Change):
    """Complete an interrupted installation of dpkg."""

    kind: ClassVar[str] = "PackagingRepaired"
    names: tuple[str, ...] = ()
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("complete the interrupted installation of {names}").format(names=", ".join(self.names))

    def carry_out(self, hands: Hands) -> None:
        """`dpkg --configure -a`, then what apt itself proposes."""
        hands.run(("dpkg", "--configure", "-a", "--force-confold"), env=APT)
        hands.run(("apt-get", "-q", "-y", "-f", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}", "install"), env=APT)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(HalfInstalled(), ())

    def typed(self) -> Sequence[Typed]:
        return (Typed("dpkg --configure -a"), Typed(_in_shell("apt-get -y -f install")))


class PackagesInstalled(Change):
    """Install packages, without recommended ones, with `manager`: `apt`, `dnf` or `pacman`. An undo keeps them.
    `brings` are the effects of packages that only the guide knows."""

    kind: ClassVar[str] = "PackagesInstalled"
    fetches: ClassVar[bool] = True
    names: tuple[str, ...]
    manager: str = "apt"
    brings: Brings = field(default_factory=dict, hash=False, repr=False)
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("install {names}").format(names=" ".join(self.names))

    def carry_out(self, hands: Hands) -> None:
        """One transaction, waiting for whoever holds the package manager's lock (dnf waits by itself)."""
        if self.manager == "apt":
            hands.run((*INSTALL, *self.names), env=APT)
            return
        try:
            hands.run(self._words)
        except Failed as failed:
            raise (_worded if self.manager == "dnf" else _worded_of_pacman)(failed) from None

    @property
    def _words(self) -> tuple[str, ...]:
        return (*(DNF_INSTALL if self.manager == "dnf" else PACMAN_INSTALL), *self.names)

    def effect(self, host: Host) -> Iterable[Effect]:
        for name in self.names:
            yield Sets(Package(name), "")
            yield from self.brings[name](host) if name in self.brings else brought_by(name, host, self.manager)

    def typed(self) -> Sequence[Typed]:
        if self.manager != "apt":
            return (Typed(" ".join(self._words)),)
        return (Typed(_in_shell(" ".join((*INSTALL, *self.names)))),)


def _worded(failed: Failed) -> Failed:
    """Return a failure of dnf with an explanation. An unreachable repository is reported before a missing package: some
    hosts skip the repository, and then miss its packages."""
    reached = re.search(r"Failed to download metadata.*", failed.output)
    # One dnf names them in its last line, the next does not.
    unknown = re.findall(r"^No match for argument: (\S+)", failed.output, re.MULTILINE)
    if reached:
        text = _("no mirror of packages was reached: {line}").format(line=reached[0].strip())
        remedy = _("check the network, the proxy and the addresses in /etc/yum.repos.d, then run this again")
    elif unknown:
        text = _("the repositories of this host have no package {names}").format(names=", ".join(unknown))
        remedy = _("check which are enabled (`dnf repolist`), enable the one that has it, then run this again")
    else:
        return failed
    return Failed(text, remedy=remedy, output=failed.output, status=failed.status)


def _worded_of_pacman(failed: Failed) -> Failed:
    """Return a failure of pacman with an explanation."""
    unknown = re.findall(r"^error: target not found: (\S+)", failed.output, re.MULTILINE)
    if "unable to lock database" in failed.output:
        text = _("pacman's database is locked")
        remedy = _("let the pacman that runs come to its end; where none runs, remove /var/lib/pacman/db.lck")
    elif unknown:
        text = _("the repositories of this host have no package {names}").format(names=", ".join(unknown))
        remedy = _("check which are enabled in /etc/pacman.conf, then run this again")
    elif "failed retrieving file" in failed.output:
        text = _("the mirrors have no longer what the lists of packages name, or were not reached")
        remedy = _("check the network; `pacman -Syu` fetches fresh lists and brings this system up to them")
    else:
        return failed
    return Failed(text, remedy=remedy, output=failed.output, status=failed.status)
