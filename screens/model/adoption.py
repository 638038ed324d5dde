"""Instances that somebody installed by hand: children look for them, and take them over."""

from __future__ import annotations

from collections.abc import Sequence

from screens.model.children import Jalon
from wizard.base.language import _
from wizard.guide import Guide


def _words(guide: Guide, state_dir: str) -> Sequence[str]:
    return (guide.id, "--format", "json", *(("--state-dir", state_dir) if state_dir else ()))


async def by_hand(jalon: Jalon, guide: Guide, state_dir: str, root: bool) -> list[str]:
    """The names of those that are here and that Jalon does not know; none where it cannot be told."""
    if guide.discover is None:
        return []
    answer = await jalon.ask("instances", *_words(guide, state_dir), root=root)
    return [one["name"] for one in answer.data if not one["kept"]] if isinstance(answer.data, list) else []


async def adopt(jalon: Jalon, guide: Guide, name: str, state_dir: str) -> str:
    """Takes one over; returns what is wrong, or nothing."""
    answer = await jalon.ask("adopt", *_words(guide, state_dir), "--instance", name, root=guide.root)
    return "" if answer.status == 0 else answer.words or _("it could not be taken over")
