"""Nothing empty is made where something was: a step asks for a person's word first."""

from __future__ import annotations

from wizard.base.language import _
from wizard.host.earlier import Traces
from wizard.host.mounts import not_mounted
from wizard.host.reading import Host
from wizard.host.records import Agreed
from wizard.steps.step import Blocked, Earlier


def need_nothing_earlier(host: Host, subject: str, what: str, traces: Traces) -> None:
    """Raise `Earlier` where there are traces of what would be made, until a person has agreed. `what` names it."""
    if not traces.any or host.read(Agreed(subject)) is True:
        return
    why = _("{what} is not there, but was before, or is elsewhere ({found}); a new one would be empty")
    remedy = _("bring back what was there; to have an empty one made, run this without --yes, and agree")
    raise Earlier(subject, why.format(what=what, found=traces.told), remedy, once=bool(traces.once))


def need_mounted(host: Host, path: str) -> None:
    """Raise `Blocked` where a path should lie on a disk of fstab that is not mounted."""
    if (disk := not_mounted(host, path)) is not None:
        why = _("{path} should lie on {disk}, which fstab mounts at {point}; that disk is not mounted")
        raise Blocked(
            why.format(path=path, disk=disk.source, point=disk.point),
            _("mount it (`mount {point}`), or take its line out of /etc/fstab").format(point=disk.point),
        )
