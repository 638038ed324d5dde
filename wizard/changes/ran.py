"""A change by an arbitrary command, for what has no class of its own."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.values import field
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.host.overlay import Effect
from wizard.host.reading import Host


class Ran(Change):
    """A command is run as that user; its effects and undo are given by the step."""

    kind: ClassVar[str] = "Ran"
    words: tuple[str, ...]
    about: str
    effects: tuple[Effect, ...] = field(hash=False)
    undone_by: tuple[Change, ...] = ()
    user: str = "root"
    families: tuple[str, ...] = ("*",)

    @property
    def invalidates(self) -> tuple[str, ...]:
        """The families that the step names."""
        return self.families

    @property
    def title(self) -> str:
        return self.about

    @property
    def subject(self) -> str:
        """The command line."""
        return shlex.join(self.words)

    def carry_out(self, hands: Hands) -> None:
        hands.run(self.words, user=self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        return self.effects

    def typed(self) -> Sequence[Typed]:
        return (Typed(shlex.join(self.words), self.user),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return self.undone_by
