"""What all screens share: a line that says where one is, the keys that work now, help, and the language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ActiveBinding, Screen
from textual.widgets import Footer, Static

from wizard.language import _

if TYPE_CHECKING:
    from screens.app import Wizard


def N_(text: str) -> str:  # noqa: N802
    """Marks a text for translation that is spoken later: bindings are made before the language is known."""
    return text


def key(keys: str, action: str, text: str, *, show: bool = True, priority: bool = False) -> Binding:
    """A binding whose description is translated when it is shown; mark the text with `N_`."""
    return Binding(keys, action, text, show=show, priority=priority)


class Page(Screen[None]):
    """A screen of the wizard. `HELP` is what `?` says of it, besides its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("question_mark,f1", "app.help", N_("help")),
    ]
    TOOLTIP_DELAY = 0.8

    @property
    def wizard(self) -> Wizard:
        """The application."""
        return cast("Wizard", self.app)

    @property
    def place(self) -> str:
        """What the first line says: where we are."""
        return ""

    @property
    def help_text(self) -> str:
        """What `?` says of this screen."""
        return ""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings that work now, described in the language that is spoken."""
        return {
            name: active._replace(binding=replace(active.binding, description=_(active.binding.description)))
            if active.binding.description
            else active
            for name, active in super().active_bindings.items()
        }

    def compose(self) -> ComposeResult:
        """The first line, the body, the keys."""
        yield Static(id="place")
        yield from self.body()
        yield Footer(compact=True, show_command_palette=False)

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
        left = f" Jalon  {self.place}"
        room = self.app.size.width - len(left) - len(right)
        line = left + " " * room + right if room > 1 else left
        self.query_one("#place", Static).update(Content(line))

    def on_resize(self) -> None:
        """Its line is as wide as the screen."""
        if self.is_mounted:
            self.show_place()

    def retranslate(self) -> None:
        """The language changed."""
        self.refresh(recompose=True)
        self.call_after_refresh(self.show_place)
