"""All that is said of a checkpoint, however little room the route has for it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from screens.dialogs.dialogue import Dialogue
from screens.model.look import word
from screens.model.point import Point
from screens.widgets.keys import N_, key
from screens.widgets.rows import colour
from wizard.base.language import _


class About(Dialogue[None]):
    """A checkpoint's words: what it is for, how it stands, what is in its way and what to do about it."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter,i", "close", N_("back"), show=False)]

    def __init__(self, point: Point, verdict: Content) -> None:
        super().__init__()
        self.point, self.verdict = point, verdict

    def body(self) -> ComposeResult:
        """As long as it is; it scrolls."""
        point = self.point
        yield Static(Content(point.title), classes="heading")
        yield Static(Content.styled(word(point.state), colour(point.state)), classes="part")
        yield Static(Content(point.objective), classes="part")
        if point.blocked:
            yield Static(Content(_("In the way")), classes="heading")
            yield Static(Content(point.blocked), classes="part")
        if point.remedy:
            yield Static(Content(_("What to do: {text}").format(text=point.remedy)), classes="part")
        yield Static(self.verdict, classes="part")

    def on_mount(self) -> None:
        """The arrows scroll it."""
        box = self.query_one(".dialogue")
        box.can_focus = True
        box.focus()
