"""Probes of a supervisor's programs (supervisord.org): that they run, and with as many workers as asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Probe
from wizard.findings.words import command, format_time
from wizard.host.processes import Process
from wizard.host.reading import Host, Reading
from wizard.host.supervisor import Program, Supervised
from wizard.probes.processes import runs


class ProgramRuns(Probe):
    """A program is in the state RUNNING under the supervisor at `socket`; `bin` is the folder of `supervisorctl`,
    `conf` the supervisor's configuration."""

    name: str
    socket: str
    bin: str
    conf: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Supervised(self.socket),)

    def observe(self, host: Host) -> Finding:
        state = host.get(Supervised(self.socket))
        if state is None:
            start = command(f"{self.bin}/supervisord", "-c", self.conf)
            told = _("The supervisor does not run; after a restart of the machine it is started by hand.")
            evidence = _("no supervisor answers on {socket}").format(socket=self.socket)
            return failed(
                evidence, cause=Cause("supervisor-not-running", told), remedy=Remedy(_("Start it."), (start,))
            )
        program = state.programs.get(self.name)
        if program is None:
            told = _("Its file is not there, or the supervisor was not told to read it.")
            remedy = Remedy(_("Let it read its files again."), (self._control("update"),))
            evidence = _("the supervisor knows no program {name}").format(name=self.name)
            return failed(evidence, cause=Cause("program-unknown", told), remedy=remedy)
        if program.state == "RUNNING":
            text = _("RUNNING, process {pid}, since {moment}")
            return passed(text.format(pid=program.pid, moment=format_time(program.started)))
        return self._down(program)

    def _down(self, program: Program) -> Finding:
        seen = " ".join(word for word in (program.state, program.says) if word)
        evidence = _("{seen}; it should be RUNNING").format(seen=seen)
        start = self._control("start", self.name)
        if program.state in ("FATAL", "BACKOFF"):
            told = _("{name} ends as soon as it is started.").format(name=self.name)
            look = _("Read why with `{log}` and repair that; then start it again.")
            remedy = Remedy(look.format(log=self._control("tail", self.name)), (start,))
            return failed(evidence, cause=Cause("program-does-not-stay", told), remedy=remedy)
        if program.state == "STARTING":
            told = _("{name} is still starting.").format(name=self.name)
            return failed(evidence, cause=Cause("program-starting", told))
        told = _("{name} was not started, or was stopped.").format(name=self.name)
        return failed(evidence, cause=Cause("service-not-started", told), remedy=Remedy(_("Start it."), (start,)))

    def _control(self, *words: str) -> str:
        return command(f"{self.bin}/supervisorctl", "-c", self.conf, *words)


class ProgramWorkers(Probe):
    """A program has `count` workers, all running as its user. A worker is a process of the program whose parent is one
    too."""

    name: str
    socket: str
    user: str
    count: int
    program: str = "gunicorn"
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Supervised(self.socket),)

    def observe(self, host: Host) -> Finding:
        state = host.get(Supervised(self.socket))
        running = state.programs.get(self.name) if state else None
        found: list[Process] = [one for one in (running.processes if running else ()) if runs(one, self.program)]
        pids = {process.pid for process in found}
        workers = [process for process in found if process.parent in pids]
        if len(workers) != self.count:
            evidence = _("{found} workers of {program}; {count} should run").format(
                found=len(workers), program=self.program, count=self.count
            )
            text = _("The service was not restarted since the number was set, or its workers do not stay alive.")
            return failed(evidence, cause=Cause("workers-not-as-asked", text))
        strangers = sorted({worker.user for worker in workers if worker.user != self.user})
        if strangers:
            evidence = _("workers run as {users}; they should run as {user}").format(
                users=", ".join(strangers), user=self.user
            )
            text = _("The supervisor was started by somebody else.")
            return failed(evidence, cause=Cause("workers-wrong-user", text))
        text = _("{count} workers of {program}, all of {user}")
        return passed(text.format(count=len(workers), program=self.program, user=self.user))
