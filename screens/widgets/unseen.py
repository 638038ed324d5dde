"""What a terminal would obey is taken out of every line, whichever widget drew it."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from wizard.base.visible import unseen


class Unseen(LineFilter):
    """Such characters have no width, so that a line stays as long as it is. What comes from a host was spelt out
    before; this is for what somebody forgot."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments without them."""
        if all(part.control or (part.text.isascii() and part.text.isprintable()) for part in segments):
            return segments
        return [part if part.control else Segment(unseen(part.text), part.style) for part in segments]


UNSEEN = Unseen()
