"""The exception for what has no noun of its own."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import ClassVar

from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.host.overlay import Effect
from wizard.host.reading import Host


class Ran(Change):
    """These words were run as that user. Its effect and its undo are stated by whoever yields it."""

    kind: ClassVar[str] = "Ran"
    words: tuple[str, ...]
    about: str
    effects: tuple[Effect, ...] = field(hash=False)
    undone_by: tuple[Change, ...] = ()
    user: str = "root"
    families: tuple[str, ...] = ("*",)

    @property
    def stale(self) -> tuple[str, ...]:  # type: ignore[override]
        """The families that its words make old."""
        return self.families

    @property
    def title(self) -> str:
        return self.about

    @property
    def subject(self) -> str:
        """The command."""
        return shlex.join(self.words)

    def carry_out(self, hands: Hands) -> None:
        """Runs them."""
        hands.run(self.words, user=self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        """As stated."""
        return self.effects

    def typed(self) -> Sequence[Typed]:
        return (Typed(shlex.join(self.words), self.user),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """As stated."""
        return self.undone_by
