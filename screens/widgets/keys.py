"""Keys: how they are bound in words that can be translated, and the line that shows those that work now."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Footer

from screens.widgets.textual_private import footer_keys


def N_(text: str) -> str:
    """Marks a text for translation that is spoken later: bindings are made before the language is known."""
    return text


def key(keys: str, action: str, text: str, *, show: bool = True, priority: bool = False) -> Binding:
    """A binding whose description is translated when it is shown; mark the text with `N_`."""
    return Binding(keys, action, text, show=show, priority=priority)


ALL_ARROWS = N_("Arrows")
ARROWS = ("cursor_down", "focus_next", "scroll_down")
"""What the arrows do: the keys of a screen name them once, together."""


def is_arrow(binding: Binding) -> bool:
    """Whether it is one of the keys that are named together."""
    return binding.show and binding.action.removeprefix("app.") in ARROWS


FIRST = (
    *("go_on", "submit", "choose", "select", "press", "back", "close", "pop_screen", "leave", "help", "show", "renew"),
    *("cursor_down", "focus_next", "scroll_down", "cancel", "all", "answers", "findings", "output", "report"),
)
"""The keys that are in sight on the narrowest screen: how to go on, how to go back, how to leave, help; then how to
move, and what is looked for most."""


class Keys(Footer):
    """The keys that work now, the way on and the way back first; those that do not fit are told by help alone."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self.fitted = 0
        self.told: list[tuple[str, str, bool]] = []

    async def recompose(self) -> None:
        """Only where it would say something else: for a moment there is none, and every change of focus asks for it."""
        if not self.is_attached:
            return
        told = self.fitting()[1]
        if told != self.told:
            self.told = told
            await super().recompose()

    def compose(self) -> ComposeResult:
        """Those that fit."""
        yield from self.fitting()[0]

    def fitting(self) -> tuple[list[Widget], list[tuple[str, str, bool]]]:
        """As many as fit, none of them cut; and what they say."""
        room = self.fitted = self.app.size.width
        keys: list[Widget] = []
        told = []
        for one in sorted(footer_keys(super().compose()), key=lambda shown: _rank(shown.action)):
            width = Content(f"{one.key_display} {one.description} ").cell_length
            if width <= room + 1:
                room -= width
                keys.append(one)
                told.append((one.key_display, one.description, one.disabled))
        return keys, told

    def on_resize(self) -> None:
        """There is more or less room for them."""
        if self.fitted and self.app.size.width != self.fitted:
            self.call_after_refresh(self.recompose)


def _rank(action: str) -> int:
    name = action.removeprefix("app.").partition("(")[0]
    return FIRST.index(name) if name in FIRST else len(FIRST)
