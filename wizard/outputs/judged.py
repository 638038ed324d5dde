"""What was found of one of several instances."""

from __future__ import annotations

from wizard.base.values import Value
from wizard.findings.finding import FAILED
from wizard.walk.verification import Verified, outcome


class Judged(Value):
    """An instance with what was found of it, in so many seconds; `asked_at` and `reach` as in `findings.data`.
    `refused`: why it could not be opened."""

    instance: str
    verified: tuple[Verified, ...] = ()
    seconds: float = 0.0
    asked_at: str = ""
    reach: str = ""
    refused: str = ""

    @property
    def outcome(self) -> str:
        """Its worst; one that could not be opened has failed."""
        return FAILED if self.refused else outcome(self.verified)
