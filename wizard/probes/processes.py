"""Probes of the processes of a service."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host.processes import Process
from wizard.host.reading import Host, Reading
from wizard.host.units import Unit

# They wait for what they have started, or are about to become it.
SHELLS = {"bash", "dash", "sh", "poetry", "systemd"}


def runs(process: Process, program: str) -> bool:
    """Whether a process runs that program, directly or as a script or module of an interpreter."""
    if process.name == program or process.name.startswith(f"{program}."):
        return True
    words = [PurePosixPath(word.split(":")[0]).name for word in process.command[:2]]
    return program in words


class WorkerCount(Probe):
    """A service has `count` workers, all running as its user. A worker is a process of the program whose parent is one
    too."""

    unit: str
    user: str
    count: int
    program: str = "gunicorn"
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Unit(self.unit),)

    def observe(self, host: Host) -> Finding:
        state = host.get(Unit(self.unit))
        found = [process for process in state.processes if runs(process, self.program)]
        pids = {process.pid for process in found}
        workers = [process for process in found if process.parent in pids]
        restart = Remedy(_("Restart the service."), (f"systemctl restart {self.unit}",), safe=True)
        others = sorted({one.name for one in state.processes if one.user == self.user} - SHELLS)
        if not found and others:
            text = _("no process of {program} among those of {unit} ({names}): workers are not counted")
            return warning(text.format(program=self.program, unit=self.unit, names=", ".join(others)))
        if not found:
            text = _("{unit} is {state}: it has no process of {program}.")
            told = text.format(unit=self.unit, state=state.active, program=self.program)
            evidence = _("no worker of {program}; {count} should run").format(program=self.program, count=self.count)
            return failed(evidence, cause=Cause("service-not-started", told))
        strangers = sorted({worker.user for worker in workers if worker.user != self.user})
        if strangers:
            users = ", ".join(strangers)
            text = _("The unit does not say `User={user}`.").format(user=self.user)
            evidence = _("workers run as {users}; they should run as {user}").format(users=users, user=self.user)
            return failed(evidence, cause=Cause("workers-wrong-user", text))
        if len(workers) != self.count:
            evidence = _("{found} workers of {program}; {count} should run").format(
                found=len(workers), program=self.program, count=self.count
            )
            text = _("The service was not restarted since the number was set, or its workers do not stay alive.")
            return failed(evidence, cause=Cause("workers-not-as-asked", text), remedy=restart)
        text = _("{count} workers of {program}, all of {user}")
        return passed(text.format(count=len(workers), program=self.program, user=self.user))
