"""A box that scrolls, and says so."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from screens.widgets.keys import N_, key
from wizard.base.language import _n


class Scroll(VerticalScroll):
    """Its lower edge, where it has one, says how much comes below: a scroll bar alone is missed, and is not there
    without colour."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "scroll_down", N_("scroll")),
        key("up", "scroll_up", N_("scroll"), show=False),
    ]

    def on_mount(self) -> None:
        """Whatever moves it or what is in it."""
        for moved in ("scroll_y", "virtual_size", "size"):
            self.watch(self, moved, self.show_more_soon, init=False)

    def show_more_soon(self) -> None:
        """Once all has its place."""
        self.call_after_refresh(self.show_more)

    def show_more(self) -> None:
        """Says it."""
        below = round(self.max_scroll_y - self.scroll_y)
        told = _n("{count} line more: Down", "{count} lines more: Down", below).format(count=below)
        self.border_subtitle = Content(told if below > 0 else "")
