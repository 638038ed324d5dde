"""Steps about units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host, Unknown
from wizard.host.sockets import Listeners, held_by_another
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class RunningUnit(Step):
    """A unit is enabled and runs with its present configuration.

    A restart is due where one of `configured_by`, or what is installed in its Python `environment`, is newer than the
    process, or where a process of `user` does not hold a group that the user has by now. `port` is one that it needs:
    who else holds it is named.
    """

    unit: str
    configured_by: tuple[str, ...] = ()
    user: str = ""
    port: int = 0
    programs: tuple[str, ...] = ()
    enabled: bool = True
    environment: str = ""
    shared: bool = False

    @property
    def key(self) -> str:
        return f"unit:{self.unit}"

    @property
    def title(self) -> str:
        return _("the service {unit}").format(unit=self.unit)

    def changes(self, host: Host) -> Iterator[Change]:
        """Reload, enable, start or restart the unit as needed."""
        from wizard.changes.units import ManagerReloaded, UnitEnabled, UnitRestarted, UnitStarted

        state = host.get(Unit(self.unit))
        if state.active != "active":
            self._check_port(host)
        if state.reload_needed or self._unit_files_newer(host, state):
            yield ManagerReloaded((self.unit,))
            state = host.get(Unit(self.unit))
        if state.load == "masked":
            why = _("{unit} is masked: somebody forbade it to run").format(unit=self.unit)
            raise Blocked(why, f"systemctl unmask {self.unit}")
        if self.enabled and state.enabled not in ("enabled", "static", "indirect", "alias", "generated"):
            yield UnitEnabled(self.unit)
            state = host.get(Unit(self.unit))
        if state.active not in ("active", "reloading"):
            yield UnitStarted(self.unit, state.sub == "auto-restart")
        elif self._restart_due(host, state):
            # One that cannot have its port again would take all that it serves down with it.
            self._check_port(host)
            yield UnitRestarted(self.unit)

    def _unit_files_newer(self, host: Host, state: UnitState) -> bool:
        """Whether a unit file is newer than the process that runs; one that never ran is read when it is started."""
        if state.active != "active":
            return False
        for path in (one for one in self.configured_by if one.startswith("/etc/systemd/")):
            entry = host.read(EntryAt(path))
            if isinstance(entry, Entry) and entry.changed > state.started:
                return True
        return False

    def _restart_due(self, host: Host, state: UnitState) -> bool:
        for path in self.configured_by:
            entry = host.read(EntryAt(path))
            if isinstance(entry, Entry) and entry.changed > state.started:
                return True
        if self.environment:
            modules = host.get_planned(EnvironmentAt(self.environment))
            if isinstance(modules, Environment) and modules.changed > state.started:
                return True
        if not self.user:
            return False
        account = host.read(Account(self.user))
        if not isinstance(account, User):
            return False
        return any(
            not set(account.groups) <= set(process.groups) for process in state.processes if process.user == self.user
        )

    def _check_port(self, host: Host) -> None:
        listeners = host.read(Listeners())
        if isinstance(listeners, Unknown) or not self.port:
            return
        for one in listeners:
            if one.port == self.port and one.program and one.program not in self.programs:
                why = _("port {port} is held by {program} (process {pid}), and {unit} needs it").format(
                    port=self.port, program=one.program, pid=one.pid, unit=self.unit
                )
                raise Blocked(why, _("stop that program, or choose another port (the answer `http_port`)"))


class PortFree(Step):
    """A port is free, or used by these programs. `own`: they run as the current user, so that a listener whose process
    is not visible is another program."""

    port: int
    programs: tuple[str, ...]
    own: bool = False
    shared: bool = True

    @property
    def key(self) -> str:
        return f"port:{self.port}"

    @property
    def title(self) -> str:
        return _("port {port}").format(port=self.port)

    def changes(self, host: Host) -> Iterator[Change]:
        """Yield nothing; raises `Blocked` if another program listens on the port."""
        if self.own and any(one.port == self.port and not one.program for one in host.get(Listeners())):
            why = _("port {port} is held by a program of another user").format(port=self.port)
            raise Blocked(why, _("choose another port (the answer `http_port`)"))
        if one := held_by_another(host, self.port, self.programs):
            why = _("port {port} is held by {program} (process {pid})").format(
                port=self.port, program=one.program, pid=one.pid
            )
            remedy = _(
                "stop it (`systemctl status {pid}` names its service, if it has one), or choose another port"
                " (the answer `http_port`)"
            )
            raise Blocked(why, remedy.format(pid=one.pid))
        yield from ()
