"""What a screen is for, the keys that work in it now, and the words of the states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from screens.dialogs.dialogue import Dialogue
from screens.model.look import COLOURS, word
from screens.widgets.keys import ALL_ARROWS, N_, is_arrow, key
from screens.widgets.spoken import Spoken
from wizard.base.language import _
from wizard.base.language import _ as spoken

# What Textual binds by itself and describes in English alone; what matters of it is said below in other words.
ITS_OWN = {"app.command_palette", "command_palette"}
ITS_OWN |= {one.action for one in (*App.BINDINGS, *Screen.BINDINGS) if isinstance(one, Binding)}
WIDTH = 14


class Help(Dialogue[None]):
    """About the page that it is opened over."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("question_mark,f1,enter,q", "close", N_("back"), show=False)]

    def __init__(self, page: Spoken[Any]) -> None:
        super().__init__()
        self.page = page

    def body(self) -> ComposeResult:
        """As long as it is; it scrolls."""
        if self.page.help_text:
            yield Static(Content(self.page.help_text), classes="part")
        yield Static(Content(_("Keys that work now")), classes="heading")
        yield Static(_table(self.keys()), classes="part")
        yield Static(Content(_("States")), classes="heading")
        yield Static(Content("\n").join(self.states()), classes="part")
        if self.page.tells_changes:
            yield Static(Content(_("Changes, before they are made")), classes="heading")
            yield Static(_table(changes()), classes="part")
        yield Static(Content(_("How to get out")), classes="heading")
        leave = _(
            "Escape closes this help, and elsewhere goes back one screen. Ctrl+Q leaves; what is done stays done."
        )
        yield Static(Content(leave), classes="part")

    def keys(self) -> Iterator[tuple[str, str]]:
        """Each key that does something on the page, with what it does."""
        by_words: dict[str, list[str]] = {}
        for active in self.page.active_bindings.values():
            binding = active.binding
            if binding.action in ITS_OWN or not binding.description or is_arrow(binding):
                continue
            # What Textual's own widgets bind is described in English alone, but for what they show.
            ours = active.node in (self.page, self.app) or type(active.node).__module__.startswith("screens.")
            if binding.show or ours:
                by_words.setdefault(binding.description, []).append(self.app.get_key_display(binding))
        for words, keys in by_words.items():
            yield ", ".join(dict.fromkeys(keys)), words
        yield spoken(ALL_ARROWS), _("move between lines or choices; scroll a text")
        yield self.app.get_key_display(Binding("tab", "")), _("the next thing; with Shift the one before")
        yield self.app.get_key_display(Binding("ctrl+p", "")), _("all that can be done here, to search in")

    def states(self) -> Iterator[Content]:
        """Each state: its sign, its word, what it means."""
        means = {
            "ok": _("holds, as was seen"),
            "look": _("works, but look at this"),
            "red": _("does not hold; its line says why"),
            "todo": _("not done yet"),
            "doing": _("is being done"),
            "skipped": _("left out, with a reason"),
            "unknown": _("cannot be seen so, for want of root perhaps"),
        }
        for state, meaning in means.items():
            sign = f"{self.wizard.look.sign(state):<3} {word(state)}"
            yield Content.styled(f"{sign:<{WIDTH}}", COLOURS[state]) + Content(f"  {meaning}")

    def on_mount(self) -> None:
        """The arrows scroll it."""
        box = self.query_one(".dialogue")
        box.can_focus = True
        box.focus()


def changes() -> Iterator[tuple[str, str]]:
    """Each mark of a change, with what it means."""
    yield "+", _("something is added: a file, a package, an account, a rule")
    yield "~", _("something that is there is changed")
    yield "-", _("something is taken away; undo brings it back")
    yield "!", _("a program is started, stopped or run; nothing else is changed by it")


def _table(rows: Iterator[tuple[str, str]]) -> Content:
    return Content("\n").join(
        [Content.styled(f"{name:<{WIDTH}}", "bold") + Content(f"  {what}") for name, what in rows]
    )
