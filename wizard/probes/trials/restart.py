"""The trial that kills a service's main process, which systemd must restart."""

from __future__ import annotations

import time

from wizard.base.language import Figure, _
from wizard.changes.change import Failed, Hands
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Trial
from wizard.host.http import Get, Response
from wizard.host.reading import Host
from wizard.host.units import Unit, UnitState
from wizard.probes.trials.fresh import read_again, wait_for

# systemd reports "activating" before a restart; a unit down for this many seconds will not be restarted.
DOWN = ("failed", "inactive")
DOWN_FOR_GOOD = 5.0


def answers(response: Response) -> bool:
    """Whether the application answered, rather than a proxy that cannot reach it (5xx)."""
    return 0 < response.status < 500


class ComesBack(Trial):
    """The unit's main process is killed; within `patience` seconds another must run and the page answer again. A unit
    that systemd gives up on is not waited for, and is started again at the end."""

    unit: str
    path: str
    host: str
    port: int
    patience: float = 60.0
    step: str = ""
    address: str = "127.0.0.1"
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("kills the main process of {unit}; it is away for some seconds").format(unit=self.unit)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        page = Get(self.path, self.host, self.port, self.address)
        before = read_again(host, Unit(self.unit))
        if before.active != "active" or not before.main_pid:
            text = _("{unit} is {state}; nothing was killed").format(unit=self.unit, state=before.active)
            cause = Cause("service-not-started", _("{unit} does not run.").format(unit=self.unit))
            return failed(text, cause=cause)
        seen = read_again(host, page)
        if not answers(seen):
            text = _("{path} does not answer before: {seen}; nothing was killed")
            cause = Cause("page-not-there", _("The page does not answer even while the service runs."))
            return failed(text.format(path=self.path, seen=seen.says()), cause=cause)
        try:
            hands.run(("kill", "-KILL", str(before.main_pid)))
        except Failed:
            text = _("process {pid} ended before it was killed").format(pid=before.main_pid)
            return failed(text, cause=Cause("service-unstable", _("The service ends by itself.")))
        return self._watch(host, hands, before, page)

    def _watch(self, host: Host, hands: Hands, before: UnitState, page: Get) -> Finding:
        began = time.monotonic()
        until = began + self.patience

        def back(state: UnitState) -> bool:
            return state.active == "active" and state.main_pid not in (0, before.main_pid)

        down: list[float] = []

        def settled(state: UnitState) -> bool:
            if state.active not in DOWN:
                down.clear()
                return back(state)
            down.append(time.monotonic())
            return down[-1] - down[0] > DOWN_FOR_GOOD

        now = wait_for(host, Unit(self.unit), settled, until)
        if not back(now):
            away = time.monotonic() - began
            hands.run(("systemctl", "reset-failed", self.unit), accept=(0, 1))
            hands.run(("systemctl", "start", self.unit))
            return self._stayed_away(now, before, away)
        again = wait_for(host, page, answers, until)
        seconds = Figure(time.monotonic() - began)
        text = _("process {old} killed; {new} runs and {path} answers after {seconds:.1f} s: {seen}")
        told = text.format(old=before.main_pid, new=now.main_pid, path=self.path, seconds=seconds, seen=again.says())
        if answers(again):
            if not before.restarts:
                # This restart is the trial's own: who looks next must not count it to a service that dies by itself.
                hands.run(("systemctl", "reset-failed", self.unit), accept=(0, 1))
            return passed(told)
        text = _("process {old} killed; {new} runs, but after {seconds:.0f} s {path} gives {seen}")
        told = text.format(old=before.main_pid, new=now.main_pid, path=self.path, seconds=seconds, seen=again.says())
        return failed(told, cause=Cause("page-not-back", _("The service starts again, but does not answer.")))

    def _stayed_away(self, now: UnitState, before: UnitState, seconds: float) -> Finding:
        text = _("process {pid} killed; {unit} was still {state} after {seconds:.0f} s, and was started by hand")
        evidence = text.format(pid=before.main_pid, unit=self.unit, state=now.active, seconds=seconds)
        if now.restart != "no":
            cause = Cause("service-not-back", _("The service did not get up again; its log says why."))
            return failed(evidence, cause=cause)
        told = _("The unit says nothing of `Restart=`: what dies stays dead.")
        told_so = _("Add `Restart=on-failure` in a drop-in: apply the checkpoint of the service again.")
        remedy = Remedy(told_so, step=self.step)
        return failed(evidence, cause=Cause("no-restart", told), remedy=remedy)
