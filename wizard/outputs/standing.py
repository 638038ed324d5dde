"""How far an instance is, in words that mean the same for an ordinary user as for root: what only root can see is said
so, and is not taken for missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.base.language import _n
from wizard.base.values import Value
from wizard.findings.words import needs_root


class Standing(Value):
    """So many checkpoints of `total` are in place; nobody but root can see `unseen` others, nobody at all knows
    `unknown`, and `unreached` are not reached yet, as far as was seen. The rest is red."""

    held: int
    unseen: int
    unknown: int
    unreached: int
    total: int

    @property
    def words(self) -> str:
        """`3/13`; or, where not all was seen, `3 in place, 10 only root can see`."""
        if not (self.unseen or self.unknown):
            return f"{self.held}/{self.total}"
        told = [
            (1, _n("{count} in place", "{count} in place", self.held).format(count=self.held)),
            (
                self.unseen,
                _n("{count} only root can see", "{count} only root can see", self.unseen).format(count=self.unseen),
            ),
            (self.unknown, _n("{count} not known", "{count} not known", self.unknown).format(count=self.unknown)),
            (
                self.unreached,
                _n("{count} not reached", "{count} not reached", self.unreached).format(count=self.unreached),
            ),
        ]
        return ", ".join(text for count, text in told if count)


def standing_of(checkpoints: Iterable[Mapping[str, Any]]) -> Standing:
    """That of an instance, from its checkpoints as `verify --format json` prints them."""
    # What a machine or an answer leaves out altogether counts as the engine counts it: nothing is missing there.
    counted = [one for one in checkpoints if not (one["outcome"] == "skipped" and one.get("reached"))]
    unknown = [one for one in counted if one["outcome"] == "unknown"]
    unseen = sum(any(map(_unseen, one["probes"])) for one in unknown)
    return Standing(
        held=sum(one["outcome"] in ("passed", "warning") for one in counted),
        unseen=unseen,
        unknown=len(unknown) - unseen,
        unreached=sum(one["outcome"] == "skipped" for one in counted),
        total=len(counted),
    )


def _unseen(probe: Mapping[str, Any]) -> bool:
    return probe["outcome"] == "unknown" and probe.get("because") == needs_root()
