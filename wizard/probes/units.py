"""Probes of systemd units: state, start at boot, unit file and restart policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _, _n
from wizard.causes.service import Service
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import command, format_time
from wizard.host.access import NGINX
from wizard.host.reading import Host, Reading
from wizard.host.records import WrittenAt
from wizard.host.units import Unit, UnitState

RUNS = ("active", "reloading")
# Started again so often, and the last time so many seconds ago, a unit is not believed to stay up.
LOOPS, SHORTLY = 2, 30.0
Why = tuple[Cause, "Remedy | None"]

# `enabled-runtime` comes from the generator of PostgreSQL clusters, which enables them at every boot.
STARTS_WITH_MACHINE = ("enabled", "enabled-runtime", "static", "alias", "indirect", "generated")

# The policies that satisfy each policy: itself, and those that restart in more cases (systemd.service(5), Restart=).
AS_STRONG = {
    "no": (),
    "on-success": ("on-success", "always"),
    "on-failure": ("on-failure", "always"),
    "on-abnormal": ("on-abnormal", "on-failure", "always"),
    "on-abort": ("on-abort", "on-abnormal", "on-failure", "always"),
    "on-watchdog": ("on-watchdog", "on-abnormal", "on-failure", "always"),
    "always": ("always",),
}


class UnitRuns(Probe):
    """A unit is active and, unless `enabled` is false, enabled.

    An active unit that is not enabled is a warning: it works until the machine restarts. `service` describes it
    further, to diagnose why it does not run.
    """

    unit: str
    enabled: bool = True
    service: Service | None = None
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Unit(self.unit),)

    def observe(self, host: Host) -> Finding:
        state = host.get(Unit(self.unit))
        if absent := _absent(self.unit, state):
            return absent
        if state.active not in RUNS:
            return self._down(host, state)
        if state.restarts >= LOOPS and host.clock - state.started < SHORTLY:
            return self._restarting(host, state)
        if state.reload_needed and self.service is None:
            # Of a service with a probe of its file, that one says so.
            return _reload_needed(self.unit, state)
        if self.enabled and state.enabled not in STARTS_WITH_MACHINE:
            text = _("{seen}, but {enabled}: it should start with the machine")
            return warning(
                text.format(seen=_seen(state), enabled=state.enabled or _("not enabled")),
                cause=Cause("unit-not-enabled", _("{unit} is not enabled.").format(unit=self.unit)),
                remedy=Remedy(_("Enable it."), (command("systemctl", "enable", self.unit),), safe=True),
            )
        return passed(f"{_seen(state)}, {state.enabled}" if state.enabled else _seen(state))

    def _restarting(self, host: Host, state: UnitState) -> Finding:
        """A unit that is up at this moment, and was not for long before."""
        text = _("{seen}: it ends and is started again")
        told = _("{unit} starts, ends and is started again.").format(unit=self.unit)
        found = self._why(host, state)
        why = f"{told} {found[0].text}" if found else told
        log = command("journalctl", "-u", self.unit, "-n", "50", "--no-pager")
        remedy = Remedy(_("Read why with `{log}` and repair that; then start it again.").format(log=log))
        return warning(text.format(seen=_seen(state)), cause=Cause("unit-restarting", why), remedy=remedy)

    def _down(self, host: Host, state: UnitState) -> Finding:
        evidence = _("{seen}; it should be active").format(seen=_seen(state))
        if found := self._why(host, state):
            return failed(evidence, cause=found[0], remedy=found[1])
        log = command("journalctl", "-u", self.unit, "-n", "50", "--no-pager")
        start = command("systemctl", "start", self.unit)
        reset = command("systemctl", "reset-failed", self.unit)
        look = _("Read why with `{log}` and repair that; then start it again.").format(log=log)
        if state.result == "start-limit-hit":
            told = _("{unit} failed so often in a row that systemd no longer tries.").format(unit=self.unit)
            return failed(
                evidence, cause=Cause("unit-start-limit", told), remedy=Remedy(look, (reset, start), safe=True)
            )
        if state.active == "activating" and (state.sub == "auto-restart" or state.restarts):
            told = _("{unit} starts, ends and is started again.").format(unit=self.unit)
            return failed(evidence, cause=Cause("unit-restarting", told), remedy=Remedy(look))
        if state.active == "activating":
            told = _("{unit} is still starting.").format(unit=self.unit)
            return warning(evidence, cause=Cause("unit-starting", told))
        if state.active == "failed":
            told = _("{unit} ended with {result}.").format(unit=self.unit, result=state.result)
            return failed(evidence, cause=Cause("unit-failed", told), remedy=Remedy(look, (start,), safe=True))
        told = _("{unit} was not started, or was stopped.").format(unit=self.unit)
        words = ("enable", "--now") if self.enabled else ("start",)
        remedy = Remedy(_("Start it."), (command("systemctl", *words, self.unit),), safe=True)
        return failed(evidence, cause=Cause("service-not-started", told), remedy=remedy)

    def _why(self, host: Host, state: UnitState) -> Why | None:
        """Diagnose from its journal and its files; None for a unit that was stopped regularly."""
        from wizard.causes import nginx, service
        from wizard.causes.sandbox import path_missing

        if state.active == "inactive" and state.result in ("", "success"):
            return None
        if missing := path_missing(host, self.unit, state):
            return missing
        if self.unit == NGINX:
            return nginx.diagnose(host)
        if self.service and (state.active == "failed" or state.sub == "auto-restart" or state.restarts):
            return service.diagnose(host, self.unit, state, self.service)
        return None


class UnitIs(Probe):
    """systemd has loaded the unit's current file, and its restart policy is `restart` or covers more cases.

    `ours` is the file with which Jalon sets the policy. Where Jalon never wrote it, the policy was another
    administrator's choice, and a weaker one is a warning.
    """

    unit: str
    restart: str
    ours: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Unit(self.unit),)

    def observe(self, host: Host) -> Finding:
        state = host.get(Unit(self.unit))
        if absent := _absent(self.unit, state):
            return absent
        if state.reload_needed:
            return _reload_needed(self.unit, state)
        strong = AS_STRONG.get(self.restart, (self.restart,))
        if strong and state.restart not in strong:
            told = _("{unit} is not started again when it ends in a way it should not.").format(unit=self.unit)
            text = _("Give it `Restart={wanted}` below `[Service]`, in a drop-in: `systemctl edit {unit}`.")
            theirs = bool(self.ours) and not host.get(WrittenAt(self.ours)).last
            return (warning if theirs else failed)(
                _("Restart={restart}; it should be {wanted}").format(
                    restart=state.restart or "no", wanted=self.restart
                ),
                cause=Cause("unit-does-not-come-back", told),
                remedy=Remedy(text.format(wanted=self.restart, unit=self.unit)),
            )
        count = len(state.drop_ins)
        drop_ins = _n("{count} drop-in", "{count} drop-ins", count).format(count=count)
        return passed(f"{state.fragment or self.unit}, {drop_ins}, Restart={state.restart or 'no'}")


def _reload_needed(unit: str, state: UnitState) -> Finding:
    """The warning for files that systemd has not read: what they say counts from the next reload or boot on."""
    told = _("The files of {unit} changed since systemd read them: from the next start of the machine on, they count.")
    text = _("{fragment} or one of its drop-ins is newer than what systemd works by")
    return warning(
        text.format(fragment=state.fragment),
        cause=Cause("unit-reload-needed", told.format(unit=unit)),
        remedy=Remedy(_("Let systemd read them again."), ("systemctl daemon-reload",), safe=True),
    )


def _absent(unit: str, state: UnitState) -> Finding | None:
    """The finding for a unit that is missing, masked or invalid; None for any other."""
    if state.load == "not-found":
        told = _("systemd knows no unit of the name {unit}.").format(unit=unit)
        return failed(_("{unit} is not there").format(unit=unit), cause=Cause("unit-not-found", told))
    if state.load == "masked":
        told = _("Somebody masked {unit}: it cannot be started at all.").format(unit=unit)
        until_restart = ("--runtime",) if state.enabled == "masked-runtime" else ()
        words = (command("systemctl", "unmask", *until_restart, unit), command("systemctl", "enable", "--now", unit))
        runs = state.active in RUNS
        text = _("{unit} runs, and is masked: it will not start with the machine") if runs else _("{unit} is masked")
        return (warning if runs else failed)(
            text.format(unit=unit),
            cause=Cause("unit-masked", told),
            remedy=Remedy(_("Unmask it, unless it was masked on purpose."), words),
        )
    if state.load != "loaded":
        told = _("systemd cannot use the file of {unit}.").format(unit=unit)
        check = command("systemd-analyze", "verify", unit)
        return failed(
            _("{unit} is {load}; it should be loaded").format(unit=unit, load=state.load),
            cause=Cause("unit-unusable", told),
            remedy=Remedy(_("`{check}` names the line; correct it.").format(check=check)),
        )
    return None


def _seen(state: UnitState) -> str:
    """The unit's state in a few words."""
    words = [f"{state.active} ({state.sub})"]
    if state.result not in ("", "success"):
        words.append(state.result)
    if state.active in RUNS and state.started:
        words.append(_("since {moment}").format(moment=format_time(state.started)))
    if state.restarts:
        text = _n("restarted {count} time", "restarted {count} times", state.restarts)
        words.append(text.format(count=state.restarts))
    return ", ".join(words)
