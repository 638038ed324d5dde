"""Changes of the authorities that the whole machine trusts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.host.files import Content
from wizard.host.overlay import Effect, Sets
from wizard.host.reading import Host

COMMANDS = {"apt": "update-ca-certificates", "dnf": "update-ca-trust", "pacman": "update-ca-trust"}


class BundleMade(Change):
    """Make the distribution's bundle of authorities anew, at the path `bundle`; `added` are certificates, as text, that
    it does not have yet. `manager` is the host's package manager."""

    kind: ClassVar[str] = "BundleMade"
    mark: ClassVar[str] = "!"
    manager: str
    bundle: str
    added: str = ""
    settles: ClassVar[int] = 1

    @property
    def title(self) -> str:
        return _("make the machine's bundle of authorities anew")

    @property
    def subject(self) -> str:
        """The bundle."""
        return self.bundle

    def carry_out(self, hands: Hands) -> None:
        """The distribution's own program, which reads the folder in which authorities are laid."""
        hands.run((COMMANDS[self.manager],))

    def effect(self, host: Host) -> Iterable[Effect]:
        before = host.get_planned(Content(self.bundle))
        yield Sets(Content(self.bundle), (before if isinstance(before, bytes) else b"") + self.added.encode())

    def typed(self) -> Sequence[Typed]:
        return (Typed(COMMANDS[self.manager]),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Make it again, without what was taken away."""
        return (BundleMade(self.manager, self.bundle),)
