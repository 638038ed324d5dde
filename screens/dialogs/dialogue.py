"""The base of all dialogues: a box over a page."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from screens.widgets.keys import N_, Keys, key
from screens.widgets.scroll import Scroll
from screens.widgets.spoken import Spoken

T = TypeVar("T")


class Dialogue(ModalScreen[T], Spoken[T]):
    """A question or a closer look over a screen; Escape closes it, with nothing as the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "close", N_("back"))]
    # Shown last, where there is room: what a dialogue asks comes first.
    BINDINGS += [key("f1", "explain", N_("help"))]
    BINDINGS += [key("pagedown", "scroll(1)", "", show=False), key("pageup", "scroll(-1)", "", show=False)]

    def compose(self) -> ComposeResult:
        """The box, and the keys that work in it."""
        with Scroll(classes="dialogue", can_focus=False, how=N_("Page Down")):
            yield from self.body()
        yield Keys()

    def body(self) -> ComposeResult:
        """What stands in the box."""
        yield from ()

    def action_scroll(self, by: int) -> None:
        """The box, wherever the focus is."""
        box = self.query_one(".dialogue")
        box.scroll_relative(y=by * max(1, box.size.height - 2), animate=False)

    def action_explain(self) -> None:
        """What stands below, and the keys that work here."""
        self.wizard.action_help()

    def action_close(self) -> None:
        """Closes it."""
        self.dismiss(None)
