"""What only a new start of WSL brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.changes.change import Change, Failed, Hands, Typed
from wizard.host.overlay import Effect
from wizard.host.reading import Host

SHUTDOWN = "wsl.exe --shutdown"
"""As it is typed in Linux; in a terminal of Windows, `wsl --shutdown`."""


class SystemdAwaited(Change):
    """Stop here until WSL was started again, with systemd: it ends this Linux, and whoever works in it."""

    kind: ClassVar[str] = "SystemdAwaited"
    mark: ClassVar[str] = "!"
    # All that is known of units is known only then.
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("start WSL again, with systemd")

    def carry_out(self, hands: Hands) -> None:
        """Raise `Failed`: nobody's Linux is ended under their hands."""
        text = _("systemd runs once WSL was started again: all that goes on in this Linux ends with it")
        remedy = _(
            "in Windows, run `wsl --shutdown`, wait ten seconds, open this Linux again, and start jalon once more"
        )
        raise Failed(text, remedy=remedy)

    def effect(self, host: Host) -> Iterable[Effect]:
        return ()

    def typed(self) -> Sequence[Typed]:
        return (Typed(SHUTDOWN),)
