"""The adoption of an instance installed without Jalon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.changes.change import Change, Hands, Typed
from wizard.host.overlay import Effect
from wizard.host.reading import Host


class Adopted(Change):
    """Record in the journal that an instance installed by hand was adopted. Nothing else changes, and there is no undo:
    what existed before is never removed."""

    kind: ClassVar[str] = "Adopted"
    instance: str
    stale: ClassVar[tuple[str, ...]] = ("journal",)

    @property
    def title(self) -> str:
        return _("take over {instance}, which was installed by hand").format(instance=self.instance)

    def carry_out(self, hands: Hands) -> None:
        """Do nothing: only the journal changes."""

    def effect(self, host: Host) -> Iterable[Effect]:
        return ()

    def typed(self) -> Sequence[Typed]:
        return ()
