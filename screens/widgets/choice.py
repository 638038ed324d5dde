"""Something to choose: a line of text that can be focused, pressed and clicked, on any terminal."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.events import Click
from textual.geometry import Offset, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from screens.widgets.keys import N_, key


class Choice(Widget, can_focus=True):
    """A choice. Focused it has a mark before it, so that no colour is needed to see which one Enter takes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,space", "press", N_("choose")),
        key("right,down", "app.focus_next", N_("move")),
        Binding("left,up", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    Choice { width: auto; height: 1; text-wrap: nowrap; }
    Choice:focus { text-style: bold reverse; }
    Choice:hover { text-style: underline; }
    Choice:disabled { display: none; }
    """

    class Pressed(Message):
        """It was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """Which one."""
            return self.choice

    def __init__(self, label: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.label = label

    def render(self) -> Content:
        """The label, with its mark."""
        return Content(f"> {self.label} " if self.has_focus else f"  {self.label} ")

    def get_content_width(self, *_sizes: object) -> int:
        """As wide as the label, and room for the mark."""
        return Content(self.label).cell_length + 3

    def on_focus(self) -> None:
        """The mark comes."""
        self.refresh()

    def on_blur(self) -> None:
        """The mark goes."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """The mouse chooses."""
        event.stop()
        self.action_press()

    def action_press(self) -> None:
        """Tells that it was chosen."""
        self.post_message(self.Pressed(self))


class Flow(Layout):
    """Beside each other as long as there is room, then on the next line, as words are."""

    name = "flow"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Where each of them goes."""
        parent.pre_layout(self)
        x = y = 0
        placements = []
        for child in children:
            width = child.get_content_width(size, parent.app.viewport_size) + child.gutter.width
            if x and x + width > size.width:
                x, y = 0, y + 1
            placements.append(WidgetPlacement(Region(x, y, width, 1), Offset(), child.styles.margin, child))
            x += width
        return placements


FLOW = Flow()


class Choices(HorizontalGroup):
    """Choices beside each other, all of them in sight however narrow it is."""

    DEFAULT_CSS = "Choices { height: auto; }"

    @property
    def layout(self) -> Layout:
        """They flow; style sheets know Textual's own layouts alone."""
        return FLOW
