"""Probes of SELinux. Where it is absent or disabled, they start no program, and pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.keys import SELINUX_BOOLEANS, selinux_port_key
from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import command, joined, listed
from wizard.host.reading import Host, Reading
from wizard.host.selinux import Boolean, PortLabel, Switch, active, range_conflict


def _off() -> Finding:
    return passed(_("SELinux is disabled here"))


class BooleansOn(Probe):
    """These SELinux booleans are on, now and after a restart. In permissive mode, one that is off is a warning."""

    names: tuple[str, ...]
    step: str = SELINUX_BOOLEANS
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return map(Boolean, self.names)

    def observe(self, host: Host) -> Finding:
        if not active(host.facts):
            return _off()
        states = {name: host.get(Boolean(name)) or Switch(False, False) for name in self.names}
        off = [name for name in self.names if not states[name].now]
        passing = [name for name in self.names if name not in off and not states[name].lasting]
        remedy = Remedy(
            _("Switch them on for good."),
            (command("setsebool", "-P", *(f"{name}=1" for name in (*off, *passing))),),
            step=self.step,
        )
        if off:
            text = _("off: {names}; SELinux is {mode}").format(names=listed(off), mode=host.facts.selinux)
            told = _("SELinux forbids what the guide needs.")
            see = failed if host.facts.selinux == "enforcing" else warning
            return see(text, cause=Cause("selinux-boolean-off", told), remedy=remedy)
        if passing:
            text = _("on until the next start only: {names}").format(names=listed(passing))
            told = _("They were switched on without being kept.")
            return warning(text, cause=Cause("selinux-boolean-not-kept", told), remedy=remedy)
        return passed(_("on: {names}").format(names=listed(self.names)))


class PortHasType(Probe):
    """A port has this type in the SELinux policy. In permissive mode, another type is a warning."""

    port: int
    type: str = "http_port_t"
    protocol: str = "tcp"
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (PortLabel(self.port, self.protocol),)

    def observe(self, host: Host) -> Finding:
        if not active(host.facts):
            return _off()
        label = host.get(PortLabel(self.port, self.protocol))
        if label is not None and label.type == self.type:
            return passed(_("port {port} is {type}").format(port=self.port, type=self.type))
        text = _("port {port} is {found}, should be {type}; SELinux is {mode}").format(
            port=self.port, found=label.type if label else "-", type=self.type, mode=host.facts.selinux
        )
        told = _("SELinux keeps programs from ports of another type than theirs.")
        verb = "-m" if label and label.exact else "-a"
        words = ("semanage", "port", verb, "-t", self.type, "-p", self.protocol, str(self.port))
        step = selinux_port_key(self.port, self.protocol)
        remedy = Remedy(_("Give it that type."), (command(*words),), step=step)
        if label and (found := range_conflict(label, self.port, self.protocol)):
            text, remedy = joined(found[0], text), Remedy(found[1])
        see = failed if host.facts.selinux == "enforcing" else warning
        return see(text, cause=Cause("selinux-port-type", told), remedy=remedy)
