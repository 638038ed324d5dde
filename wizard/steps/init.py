"""The step that has systemd run: what it takes where this machine was started without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.rendering import Text
from wizard.base.wslconf import starting_systemd, starts_systemd
from wizard.host.files import Content
from wizard.host.reading import Host, Unknown
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change

CONF = "/etc/wsl.conf"


class SystemdRuns(Step):
    """systemd runs. On WSL 2 it is switched on, in a file whose other settings stay; elsewhere only whoever started
    this machine can have it so."""

    shared: bool = True

    @property
    def key(self) -> str:
        return "systemd"

    @property
    def title(self) -> str:
        return "systemd"

    def changes(self, host: Host) -> Iterator[Change]:
        facts = host.facts
        if facts.systemd:
            return
        if facts.wsl == 1:
            why = _("this is WSL 1, in which neither systemd nor packet filters run")
            remedy = _("in Windows, run `wsl --list`, then `wsl --set-version NAME 2` with this Linux's name")
            raise Blocked(why, remedy)
        if facts.wsl != 2:
            raise Blocked(_without(facts.container), _("without systemd, only the practice instance can be made here"))
        said = host.get_planned(Content(CONF))
        if isinstance(said, Unknown):
            raise Blocked(said.why, _("look at what {path} is, and make it a small text file").format(path=CONF))
        try:
            text = said.decode() if isinstance(said, bytes) else ""
        except UnicodeDecodeError:
            why = _("{path} is not UTF-8: nothing is added to it").format(path=CONF)
            raise Blocked(why, _("write `systemd=true` below `[boot]` there, and save it as UTF-8")) from None
        if starts_systemd(text):
            why = _("{path} has WSL start systemd, and it does not run yet").format(path=CONF)
            remedy = _(
                "in Windows, run `wsl --shutdown`, wait ten seconds, and open this Linux again; if it is the same then,"
                " run `wsl --update` there and begin again"
            )
            raise Blocked(why, remedy)
        from wizard.changes.files import FileWritten
        from wizard.changes.wsl import SystemdAwaited

        yield FileWritten(CONF, Text(starting_systemd(text)))
        yield SystemdAwaited()


def _without(container: str) -> str:
    if container:
        return _("systemd does not run in this container ({kind})").format(kind=container)
    return _("systemd does not run on this machine")
