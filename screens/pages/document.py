"""A long text over the whole screen: it scrolls, `/` finds words in it, `s` saves it."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.dialogs.save import Save
from screens.model import document
from screens.model.document import Line
from screens.model.search import holds, places
from screens.pages.page import Page
from screens.widgets.field import Line as Field
from screens.widgets.keys import N_, key
from screens.widgets.listed import Read
from wizard.base.language import _, _n
from wizard.base.system_words import os_words

STYLES: Mapping[str, str] = {
    document.HEADING: "bold $primary",
    document.ADDED: "$success",
    document.REMOVED: "$error",
    document.PLACE: "dim",
    document.COMMAND: "bold",
    document.WARNED: "$warning",
}
NAMES = {".txt": "text"}


def hung(text: str, width: int) -> str:
    """A line in that many columns; what does not fit stands below it, a little further in than it begins."""
    if width <= 0 or len(text) <= width:
        return text
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return "\n".join(textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False))


class Document(Page):
    """The base of pages that show such a text."""

    CSS_PATH = "document.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "search", N_("search")),
        key("n", "found(1)", N_("next")),
        key("N,p", "found(-1)", N_("previous")),
        key("s", "save", N_("save")),
        key("escape", "back", N_("back")),
        key("q", "app.leave", N_("leave")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Line] = ()
        self.wanted = ""
        self.at: list[int] = []

    @property
    def proposed(self) -> Path:
        """Where it would be saved."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The text, and below it what is searched for."""
        yield Read(id="text")
        yield Field(placeholder=_("words to find"), id="wanted", compact=True)
        yield Static(id="found")

    def on_mount(self) -> None:
        """The arrows scroll it."""
        super().on_mount()
        self.query_one("#wanted").display = False
        self.query_one("#text").focus()

    def fill(self, lines: Sequence[Line]) -> None:
        """Shows that text."""
        self.lines = lines
        listed = self.query_one("#text", OptionList)
        at = listed.highlighted
        listed.set_options([Option(self._shown(line)) for line in lines])
        self._find()
        listed.highlighted = min(at or 0, len(lines) - 1) if lines else None

    def on_resize(self) -> None:
        """Lines are as long as there is room."""
        super().on_resize()
        if self.lines:
            self.call_after_refresh(lambda: self.fill(self.lines))

    def to_end(self) -> None:
        """To the last line."""
        self.query_one("#text", OptionList).highlighted = len(self.lines) - 1 if self.lines else None

    def _shown(self, line: Line) -> Content:
        words = hung(line.text, self.query_one("#text").scrollable_content_region.width)
        text = Content.styled(words, STYLES.get(line.kind, ""))
        for start, end in places(self.wanted, words) if holds(self.wanted, line.text) else ():
            text = text.stylize("reverse", start, end)
        return text

    def _find(self) -> None:
        """Where the words are now; the lines that had them before are as they were."""
        before, listed = self.at, self.query_one("#text", OptionList)
        wanted = self.wanted.strip()
        self.at = [number for number, line in enumerate(self.lines) if wanted and holds(wanted, line.text)]
        for number in {*before, *self.at}:
            if number < len(self.lines):
                listed.replace_option_prompt_at_index(number, self._shown(self.lines[number]))
        self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        """Which of the lines that have the words one is at."""
        at = self.query_one("#text", OptionList).highlighted
        told = ""
        if self.wanted.strip():
            count = len(self.at)
            told = _n("{count} line has it", "{count} lines have it", count).format(count=count)
            if at in self.at:
                told = _("{number} of {count}").format(number=self.at.index(at) + 1, count=count)
        self.query_one("#found", Static).update(Content(told))
        self.query_one("#found").display = bool(told)

    def on_option_list_option_highlighted(self) -> None:
        """Another line."""
        self._tell()

    def action_search(self) -> None:
        """Asks for words."""
        field = self.query_one("#wanted", Input)
        field.display = True
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """As one types: to the first line from here on that has the words."""
        self.wanted = event.value
        self._find()
        self._go(0)

    def on_input_submitted(self) -> None:
        """Back to the text, where `n` goes on."""
        self.query_one("#wanted").display = False
        self.query_one("#text").focus()

    def action_found(self, by: int) -> None:
        """To the next line, or the one before, that has the words."""
        self._go(by)

    def _go(self, by: int) -> None:
        listed = self.query_one("#text", OptionList)
        here = listed.highlighted or 0
        if by < 0:
            before = [number for number in self.at if number < here]
            wanted = (before or self.at)[-1:]
        else:
            wanted = ([number for number in self.at if number >= here + by] or self.at)[:1]
        for number in wanted:
            listed.highlighted = number

    def action_back(self) -> None:
        """The search is over; or, where there is none, the page."""
        field = self.query_one("#wanted", Input)
        if field.display or self.wanted:
            field.value = ""
            self.on_input_submitted()
        else:
            self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        """There must be something to go to."""
        if action == "found":
            return bool(self.at)
        if action == "save":
            return bool(self.lines)
        return super().check_action(action, parameters)

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Asks where, and saves."""
        path = await self.app.push_screen_wait(Save(self.proposed, _("Save this text"), NAMES))
        if not path:
            return
        try:
            await asyncio.to_thread(Path(path).write_text, document.as_text(self.lines), encoding="utf-8")
        except OSError as error:
            text = _("It was not saved: {path}: {why}").format(path=path, why=os_words(error))
            self.notify(text, severity="error", timeout=12)
            return
        self.notify(_("It is in {path}").format(path=path))

    def retranslate(self) -> None:
        """All of it is said anew."""
        super().retranslate()
        self.call_after_refresh(self.again)

    def again(self) -> None:
        """Says it again, after the parts were made anew."""
        self.wanted, self.at = "", []
        self.query_one("#wanted").display = False
        self.fill(self.lines)
        self.query_one("#text").focus()
