"""How another machine reaches an instance, and whether it would get through, as far as that is known here."""

from __future__ import annotations

from screens.model.instance import Instance
from screens.model.walk import Walk


def elsewhere(instance: Instance, walk: Walk) -> tuple[list[str], list[str]]:
    """The words, and the commands with which to ask there."""
    told, outside = instance.arrival.elsewhere, walk.outside or {}
    return [text for text in (told, str(outside.get("text", ""))) if text], list(outside.get("commands", ()))
