"""Changes of systemd units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.values import replace
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.host.overlay import Effect, Sets
from wizard.host.processes import Process
from wizard.host.reading import Host
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User

STALE = ("units", "sockets", "connections", "http", "files")


def _state(host: Host, unit: str) -> UnitState:
    found = host.read(Unit(unit))
    return found if isinstance(found, UnitState) else UnitState()


def _started(host: Host, unit: str) -> UnitState:
    """Return the unit's state after a start: its processes hold their users' present groups."""

    def renewed(process: Process) -> Process:
        account = host.read(Account(process.user))
        return replace(process, groups=account.groups) if isinstance(account, User) else process

    state = _state(host, unit)
    processes = tuple(renewed(process) for process in state.processes)
    return replace(state, load="loaded", active="active", sub="running", started=host.clock + 0.5, processes=processes)


class ManagerReloaded(Change):
    """Have systemd reload its unit files."""

    kind: ClassVar[str] = "ManagerReloaded"
    mark: ClassVar[str] = "!"
    units: tuple[str, ...] = ()
    # systemd reads its files again before anything is restarted with them.
    settles: ClassVar[int] = 1
    stale: ClassVar[tuple[str, ...]] = ("units",)

    @property
    def title(self) -> str:
        return _("have systemd read its unit files again")

    def carry_out(self, hands: Hands) -> None:
        """`systemctl daemon-reload`."""
        hands.run(("systemctl", "daemon-reload"))

    def effect(self, host: Host) -> Iterable[Effect]:
        for unit in self.units:
            yield Sets(Unit(unit), replace(_state(host, unit), reload_needed=False, load="loaded"))

    def typed(self) -> Sequence[Typed]:
        return (Typed("systemctl daemon-reload"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Reload again, after the unit files are restored."""
        return (ManagerReloaded(self.units),)


class UnitEnabled(Change):
    """Enable a unit."""

    kind: ClassVar[str] = "UnitEnabled"
    unit: str
    stale: ClassVar[tuple[str, ...]] = ("units", "files")

    @property
    def title(self) -> str:
        return _("enable {unit}").format(unit=self.unit)

    def carry_out(self, hands: Hands) -> None:
        """`systemctl enable`."""
        hands.run(("systemctl", "enable", "--quiet", self.unit))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Unit(self.unit), replace(_state(host, self.unit), enabled="enabled"))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"systemctl enable {shell_word(self.unit)}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return (UnitDisabled(self.unit),)


class UnitDisabled(Change):
    """Disable a unit."""

    kind: ClassVar[str] = "UnitDisabled"
    mark: ClassVar[str] = "-"
    unit: str
    stale: ClassVar[tuple[str, ...]] = ("units", "files")

    @property
    def title(self) -> str:
        return _("disable {unit}").format(unit=self.unit)

    def carry_out(self, hands: Hands) -> None:
        """Run `systemctl disable`; an unknown unit is no error."""
        hands.run(("systemctl", "disable", "--quiet", self.unit), accept=(0, 1, 4, 5))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Unit(self.unit), replace(_state(host, self.unit), enabled="disabled"))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"systemctl disable {shell_word(self.unit)}"),)


class UnitStarted(Change):
    """Start a unit. `waits`: systemd will restart it after a delay (`auto-restart`), which a plain start would wait
    for."""

    kind: ClassVar[str] = "UnitStarted"
    mark: ClassVar[str] = "!"
    unit: str
    waits: bool = False
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("start {unit}").format(unit=self.unit)

    def carry_out(self, hands: Hands) -> None:
        """Reset an earlier failure, then run `systemctl start` (`restart` if systemd is about to start it)."""
        hands.run(("systemctl", "reset-failed", self.unit), accept=(0, 1))
        hands.run(("systemctl", "restart" if self.waits else "start", self.unit))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Unit(self.unit), _started(host, self.unit))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"systemctl start {shell_word(self.unit)}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return (UnitStopped(self.unit),)


class UnitRestarted(Change):
    """Restart a unit after a change of its configuration."""

    kind: ClassVar[str] = "UnitRestarted"
    mark: ClassVar[str] = "!"
    restarts: ClassVar[bool] = True
    unit: str
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("restart {unit}").format(unit=self.unit)

    def carry_out(self, hands: Hands) -> None:
        """Reset an earlier failure, then run `systemctl restart`."""
        hands.run(("systemctl", "reset-failed", self.unit), accept=(0, 1))
        hands.run(("systemctl", "restart", self.unit))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Unit(self.unit), _started(host, self.unit))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"systemctl restart {shell_word(self.unit)}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restart it if it runs, after its configuration is restored."""
        return (UnitRefreshed(self.unit),)


class UnitRefreshed(Change):
    """Restart a unit if it runs."""

    kind: ClassVar[str] = "UnitRefreshed"
    mark: ClassVar[str] = "!"
    unit: str
    settles: ClassVar[int] = 2
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("restart {unit} if it runs").format(unit=self.unit)

    def carry_out(self, hands: Hands) -> None:
        """`systemctl try-restart`."""
        hands.run(("systemctl", "try-restart", self.unit), accept=(0, 1, 5))

    def effect(self, host: Host) -> Iterable[Effect]:
        if _state(host, self.unit).active == "active":
            yield Sets(Unit(self.unit), _started(host, self.unit))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"systemctl try-restart {shell_word(self.unit)}"),)


class UnitStopped(Change):
    """Stop a unit."""

    kind: ClassVar[str] = "UnitStopped"
    mark: ClassVar[str] = "!"
    unit: str
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("stop {unit}").format(unit=self.unit)

    def carry_out(self, hands: Hands) -> None:
        """Run `systemctl stop`; an unknown unit is no error."""
        hands.run(("systemctl", "stop", self.unit), accept=(0, 1, 5))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Unit(self.unit), replace(_state(host, self.unit), active="inactive", sub="dead", processes=()))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"systemctl stop {shell_word(self.unit)}"),)
