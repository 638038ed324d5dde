"""A short, visible form of a text from outside, for messages about it."""

from __future__ import annotations

import unicodedata

LONGEST = 60


def excerpt(text: str, most: int = LONGEST) -> str:
    """The text, in which what a terminal would obey or not show is written out as an escape, cut after `most`
    characters with a mark of how many there were."""
    shown = "".join(map(_visible, text[:most]))
    return shown if len(text) <= most else f"{shown}... ({len(text)})"


def _visible(letter: str) -> str:
    # Spaces that do not break a line are not "printable", and French is full of them.
    plain = letter.isprintable() or unicodedata.category(letter) == "Zs"
    return letter if plain else letter.encode("unicode_escape", "surrogatepass").decode("ascii")
