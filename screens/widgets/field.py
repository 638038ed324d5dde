"""What an answer is given in: a line, a hidden line, one of several words; on any terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from screens.widgets.keys import N_, key

DOT = "•"
"""What Textual draws for a hidden letter."""


class Line(Input):
    """A line of text. What is in it is marked when one comes to it, so that typing replaces it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "submit", N_("go on")),
        key("down", "app.focus_next", N_("move")),
        Binding("up", "app.focus_previous", show=False),
    ]


class Hidden(Line):
    """A line that shows how much was typed, and not what."""

    def __init__(self, value: str = "", *, id: str | None = None, compact: bool = False) -> None:
        super().__init__(value, password=True, id=id, compact=compact)

    def action_copy(self) -> None:
        """What is hidden is not handed to the terminal's clipboard."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """It goes, and nowhere else."""
        if self.password:
            self.delete_selection()
        else:
            super().action_cut()

    def render_line(self, y: int) -> Strip:
        """Stars for letters: the dots that Textual draws are in no console's font."""
        strip = super().render_line(y)
        if not self.password:
            return strip
        return Strip([Segment(part.text.replace(DOT, "*"), part.style) for part in strip], strip.cell_length)


class Pick(Widget, can_focus=True):
    """One of several words, all of them in sight; the arrows and the blank go from one to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "pick(1)", show=False),
        Binding("left", "pick(-1)", show=False),
        key("down", "app.focus_next", N_("move")),
        Binding("up", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    Pick { height: auto; }
    """
    GAP = 2

    class Picked(Message):
        """Another one was picked."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

        @property
        def control(self) -> Pick:
            """Which field."""
            return self.pick

    def __init__(self, words: Sequence[str], at: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = tuple(words)
        self.at = at

    def render(self) -> Content:
        """All words, a mark before the one that is picked."""
        parts = [
            Content.styled(self._mark(number) + word, "bold reverse" if number == self.at and self.has_focus else "")
            for number, word in enumerate(self.words)
        ]
        return Content(" " * self.GAP).join(parts)

    def _mark(self, number: int) -> str:
        return "(*) " if number == self.at else "( ) "

    def show(self, at: int) -> None:
        """Shows that one, without a word."""
        if at != self.at:
            self.at = at
            self.refresh()

    def action_pick(self, step: int) -> None:
        """The next or the one before."""
        self._take((self.at + step) % len(self.words))

    def on_click(self, event: Click) -> None:
        """The one under the mouse."""
        event.stop()
        end = 0
        for number, word in enumerate(self.words):
            end += len(self._mark(number)) + Content(word).cell_length + self.GAP
            if event.x < end:
                self._take(number)
                return

    def _take(self, at: int) -> None:
        if at != self.at:
            self.show(at)
            self.post_message(self.Picked(self))

    def on_focus(self) -> None:
        """The mark shows where one is."""
        self.refresh()

    def on_blur(self) -> None:
        """And no longer."""
        self.refresh()
