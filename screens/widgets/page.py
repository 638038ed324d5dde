"""What all screens share: a line that says where one is, the keys that work now, help, and the language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Static
from textual.widgets._footer import FooterKey

from wizard.base.language import _ as spoken

if TYPE_CHECKING:
    from screens.app import Wizard


T = TypeVar("T")


def N_(text: str) -> str:
    """Marks a text for translation that is spoken later: bindings are made before the language is known."""
    return text


def key(keys: str, action: str, text: str, *, show: bool = True, priority: bool = False) -> Binding:
    """A binding whose description is translated when it is shown; mark the text with `N_`."""
    return Binding(keys, action, text, show=show, priority=priority)


FIRST = ("go_on", "submit", "select", "back", "close", "pop_screen", "leave", "help")
"""The keys that are in sight on the narrowest screen: how to go on, how to go back, how to leave, and help."""


class Keys(Footer):
    """The keys that work now, the way on and the way back first; those that do not fit are told by help alone."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self.fitted = 0

    def compose(self) -> ComposeResult:
        """As many as fit, none of them cut."""
        room = self.fitted = self.app.size.width
        for one in sorted((one for one in super().compose() if isinstance(one, FooterKey)), key=_rank):
            room -= Content(f"{one.key_display} {one.description} ").cell_length
            if room + 1 >= 0:
                yield one

    def on_resize(self) -> None:
        """There is more or less room for them."""
        if self.fitted and self.app.size.width != self.fitted:
            self.call_after_refresh(self.recompose)


def _rank(one: FooterKey) -> int:
    action = one.action.removeprefix("app.").partition("(")[0]
    return FIRST.index(action) if action in FIRST else len(FIRST)


class Spoken(Screen[T]):
    """A screen whose keys are described in the language that is spoken."""

    @property
    def wizard(self) -> Wizard:
        """The application."""
        return cast("Wizard", self.app)

    @property
    def active_bindings(self) -> dict[str, Any]:
        """The bindings that work now."""
        return {
            name: active._replace(binding=replace(active.binding, description=spoken(active.binding.description)))
            if active.binding.description
            else active
            for name, active in super().active_bindings.items()
        }

    def retranslate(self) -> None:
        """The language changed."""
        self.refresh(recompose=True)


class Dialogue(ModalScreen[T], Spoken[T]):
    """A question or a closer look over a screen; Escape closes it, with nothing as the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "close", N_("back"))]
    BINDINGS += [key("pagedown", "scroll(1)", "", show=False), key("pageup", "scroll(-1)", "", show=False)]

    def compose(self) -> ComposeResult:
        """The box, and the keys that work in it."""
        with VerticalScroll(classes="dialogue", can_focus=False):
            yield from self.body()
        yield Keys()

    def body(self) -> ComposeResult:
        """What stands in the box."""
        yield from ()

    def action_scroll(self, by: int) -> None:
        """The box, wherever the focus is."""
        box = self.query_one(".dialogue")
        box.scroll_relative(y=by * max(1, box.size.height - 2), animate=False)

    def action_close(self) -> None:
        """Closes it."""
        self.dismiss(None)


class Page(Spoken[Any]):
    """A screen of the wizard; what it is dismissed with is its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("question_mark,f1", "app.help", N_("help")),
    ]
    TOOLTIP_DELAY = 0.8

    @property
    def place(self) -> str:
        """What the first line says: where we are."""
        return ""

    @property
    def help_text(self) -> str:
        """What `?` says of this screen."""
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
        super().retranslate()
        self.call_after_refresh(self.show_place)
