"""Identify the program that listens on a port, and how to stop it."""

from __future__ import annotations

from wizard.base.language import _
from wizard.base.values import Value
from wizard.findings.finding import Remedy
from wizard.findings.words import command
from wizard.host.processes import ServiceOf
from wizard.host.reading import Host, Unknown
from wizard.host.sockets import Listener, Listeners
from wizard.host.units import Unit, UnitState


class Holder(Value):
    """A description of the program, and the remedy, which is not safe to apply without asking."""

    who: str
    remedy: Remedy


def port_holder(host: Host, port: int, program: str) -> Holder | None:
    """Return who listens on a port other than that program; None if there is none that this user may see."""
    listeners = host.read(Listeners())
    if isinstance(listeners, Unknown):
        return None
    others = [one for one in listeners if one.port == port and not one.is_among(program)]
    return Holder(describe_listener(others[0]), _remedy(host, others[0])) if others else None


def describe_listener(one: Listener) -> str:
    """Describe a listener by program, PID and user."""
    if not one.program:
        return _("a program of {user}").format(user=one.user)
    text = _("{program} (process {pid} of {user})")
    return text.format(program=one.program, pid=one.pid, user=one.user)


def _remedy(host: Host, one: Listener) -> Remedy:
    # Of an ordinary account's, the name alone says nothing.
    program = describe_listener(one) if one.ordinary else one.program
    text = _("Stop {program}, or choose another port for this instance.").format(program=program)
    name = host.read(ServiceOf(one.pid))
    if not one.pid or not name or isinstance(name, Unknown) or not _runs_as(host, name, one):
        return Remedy(text)
    return Remedy(text, (command("systemctl", "stop", name),))


def _runs_as(host: Host, unit: str, one: Listener) -> bool:
    """Whether a service runs as the user who listens. What cron, or a login, has started for somebody is part of its
    service, which is not to be stopped for it."""
    state = host.read(Unit(unit))
    return not one.ordinary or (isinstance(state, UnitState) and state.setting("User") == one.user)
