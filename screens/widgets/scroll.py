"""What scrolls, and says so on its lower edge."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from screens.widgets.keys import N_, key
from wizard.base.language import _ as spoken
from wizard.base.language import _n


class TellsMore(Widget):
    """Its lower edge says how much comes below: a scroll bar alone is missed, and is not there without colour. Where it
    has no edge it gets one while all of it does not fit (`.-more` of the style sheet).

    `edge`: what around it has the edge, "" for itself; `how`: what brings the rest into sight, where it cannot take the
    focus.
    """

    edge: ClassVar[str] = ""
    how = N_("Down")

    def on_mount(self) -> None:
        """Whatever moves it or what is in it."""
        for moved in ("scroll_y", "virtual_size"):
            self.watch(self, moved, self.show_more_soon, init=False)

    def on_resize(self) -> None:
        """There is more or less room."""
        self.show_more_soon()

    def show_more_soon(self) -> None:
        """Once all has its place."""
        self.call_after_refresh(self.show_more)

    def show_more(self) -> None:
        """Says it."""
        at = next((one for one in self.ancestors if isinstance(one, Widget) and one.id == self.edge), self)
        border = self.styles.border_bottom[0]
        room = self.scrollable_content_region.height
        if at is self and border in ("", "none", "blank"):
            # By its whole height, which its edge does not change: or it would come and go.
            room += border == "blank"
            edged = self.virtual_size.height > room
            self.set_class(edged, "-more")
            room -= edged
        below = max(0, self.virtual_size.height - room - round(self.scroll_y))
        how = TellsMore.how if self.can_focus else self.how
        told = _n("{count} line more: {how}", "{count} lines more: {how}", below)
        at.border_subtitle = Content(told.format(count=below, how=spoken(how)) if below else "")


class Scroll(VerticalScroll, TellsMore):
    """A box that scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "scroll_down", N_("scroll")),
        key("up", "scroll_up", N_("scroll"), show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str = "", can_focus: bool = True, how: str = "") -> None:
        super().__init__(id=id, classes=classes, can_focus=can_focus)
        self.how = how or self.how
