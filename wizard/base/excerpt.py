"""A short, visible form of a text from outside, for messages about it."""

from __future__ import annotations

from wizard.base.visible import spelt

LONGEST = 60


def excerpt(text: str, most: int = LONGEST) -> str:
    """The text on one line, what a terminal would obey or not show spelt out, cut after `most` characters with how many
    there were."""
    shown = spelt(text[:most]).replace("\n", "\\n").replace("\t", "\\t")
    return shown if len(text) <= most else f"{shown}... ({len(text)})"
