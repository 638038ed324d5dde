"""The trial that kills a supervised program, which must be restarted."""

from __future__ import annotations

import time

from wizard.base.language import Figure, _
from wizard.changes.change import Failed, Hands
from wizard.findings.finding import Cause, Finding, failed, passed
from wizard.findings.probe import Trial
from wizard.host.http import Get
from wizard.host.reading import Host
from wizard.host.supervisor import Program, Supervised, SupervisorState
from wizard.probes.trials.fresh import read_again, wait_for
from wizard.probes.trials.restart import answers


class ProgramComesBack(Trial):
    """The program's process is killed; within `patience` seconds its supervisor must run another and the page answer
    again."""

    name: str
    socket: str
    user: str
    path: str
    host: str
    port: int
    patience: float = 60.0
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("kills the main process of {unit}; it is away for some seconds").format(unit=self.name)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        page, supervised = Get(self.path, self.host, self.port), Supervised(self.socket)
        before = self._program(read_again(host, supervised))
        if before.state != "RUNNING":
            text = _("{unit} is {state}; nothing was killed").format(unit=self.name, state=before.state)
            cause = Cause("service-not-started", _("{unit} does not run.").format(unit=self.name))
            return failed(text, cause=cause)
        try:
            hands.run(("kill", "-KILL", str(before.pid)), user=self.user)
        except Failed:
            text = _("process {pid} ended before it was killed").format(pid=before.pid)
            return failed(text, cause=Cause("service-unstable", _("The service ends by itself.")))
        began = time.monotonic()
        until = began + self.patience

        def back(state: SupervisorState | None) -> bool:
            # Workers that outlive their master answer for a while: wait for those of the new one.
            now = self._program(state)
            return now.state == "RUNNING" and now.pid != before.pid and len(now.processes) >= len(before.processes)

        state = wait_for(host, supervised, back, until)
        if not back(state):
            text = _("process {pid} killed; {unit} was still away after {seconds:.0f} s")
            cause = Cause("service-not-back", _("The service did not get up again; its log says why."))
            return failed(text.format(pid=before.pid, unit=self.name, seconds=time.monotonic() - began), cause=cause)
        now = self._program(state)
        again = wait_for(host, page, answers, until)
        seconds = time.monotonic() - began
        text = _("process {old} killed; {new} runs and {path} answers after {seconds:.1f} s: {seen}")
        told = text.format(old=before.pid, new=now.pid, path=self.path, seconds=Figure(seconds), seen=again.says())
        if answers(again):
            return passed(told)
        return failed(told, cause=Cause("page-not-back", _("The service starts again, but does not answer.")))

    def _program(self, state: SupervisorState | None) -> Program:
        return state.programs.get(self.name, Program()) if state else Program()
