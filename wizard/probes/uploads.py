"""The probe of what nginx does with the body of a request: how large one it takes, and where it keeps it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.candidates import edited, file_step
from wizard.causes.handed import handed_to
from wizard.causes.nginx_folders import BODIES, UNIT, built_in
from wizard.causes.site import Site
from wizard.causes.uploads import MIB, bodies_closed, small
from wizard.findings.finding import SKIPPED, Finding, failed, passed
from wizard.findings.probe import Probe
from wizard.host.files import Content, EntryAt
from wizard.host.reading import Host, Reading
from wizard.host.records import WrittenAt
from wizard.host.units import Unit


class BodiesTaken(Probe):
    """nginx takes requests of at least `least` bytes for the application, and may write them to the folder where they
    wait for it: it hands a body on when it has all of it, and keeps one that is larger than 8 or 16 KiB in a file."""

    site: Site
    least: int = 5 * MIB
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Unit(UNIT), *map(EntryAt, BODIES), WrittenAt(self.site.available), Content(self.site.available))

    def observe(self, host: Host) -> Finding:
        folder = built_in(host)
        if self._as_written(host) and not (folder and bodies_closed(host, folder)):
            # All of nginx's files are read, which takes a process, only where there is something to find.
            text = _("{path} is as it was written; bodies are kept in {folder} meanwhile")
            return passed(text.format(path=self.site.available, folder=folder or "?"))
        handed = handed_to(host, self.site)
        if not handed:
            because = _("no site of nginx hands requests to {target}")
            return Finding(SKIPPED, "", because.format(target=self.site.socket or self.site.upstream))
        smallest = min(handed, key=lambda one: one.most or 2**62)
        if smallest.most and smallest.most < self.least:
            cause, remedy = small(host, self.site)
            text = _("nginx takes requests of up to {size}; attachments are larger")
            return failed(text.format(size=_size(smallest.most)), cause=cause, remedy=remedy)
        folder = smallest.waits or folder
        if found := bodies_closed(host, folder) if folder else None:
            return failed(found[0], cause=found[1], remedy=found[2])
        text = _("requests of up to {size}, kept in {folder} meanwhile")
        size = _size(smallest.most) if smallest.most else _("any size")
        return passed(text.format(size=size, folder=folder or "?"))

    def _as_written(self, host: Host) -> bool:
        return bool(file_step(host, self.site.available)) and not edited(host, self.site.available)


def _size(count: int) -> str:
    return f"{count / MIB:.0f} MiB" if count >= MIB else f"{count / 1024:.0f} KiB"
