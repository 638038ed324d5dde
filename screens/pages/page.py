"""The base of all pages: a line that says where one is, the body, the keys that work now."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from screens.widgets.keys import N_, Keys, key
from screens.widgets.spoken import Spoken


class Page(Spoken[Any]):
    """A screen of the wizard; what it is dismissed with is its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("question_mark,f1", "app.help", N_("help")),
    ]
    TOOLTIP_DELAY = 0.8
    NOTICED_FOR = 5.0
    notice = ""

    @property
    def place(self) -> str:
        """What the first line says: where we are."""
        return ""

    @property
    def still_open(self) -> bool:
        """Whether nobody has left it: what it waited for may come when its parts are gone already."""
        return self in self.app.screen_stack

    def compose(self) -> ComposeResult:
        """The first line, the body, the keys."""
        yield Static(id="place")
        yield from self.body()
        yield Keys()

    def body(self) -> ComposeResult:
        """What stands between them."""
        yield from ()

    def on_mount(self) -> None:
        """Says where we are."""
        self.show_place()

    def show_place(self) -> None:
        """Says it again, after something changed."""
        facts = self.wizard.facts
        right = f"{facts.hostname}  {facts.name.split(' (')[0]}  {facts.user} " if facts else ""
        right = f"{self.notice} " if self.notice else right
        left = f" Jalon  {self.place}"
        room = self.app.size.width - len(left) - len(right)
        line = left + " " * room + right if room > 1 else self.notice or left
        self.query_one("#place", Static).update(Content(line))

    def note(self, text: str) -> None:
        """Says it for a while in place of the machine, in a line under which nothing else stands."""

        def enough() -> None:
            self.notice = ""
            self.show_place()

        self.notice = text
        self.show_place()
        self.set_timer(self.NOTICED_FOR, enough)

    def on_resize(self) -> None:
        """Its line is as wide as the screen."""
        if self.is_mounted:
            self.show_place()

    def retranslate(self) -> None:
        """The language changed."""
        super().retranslate()
        self.call_after_refresh(self.show_place)
