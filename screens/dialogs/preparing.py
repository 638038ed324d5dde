"""Root's own environment is being made: said while it is, and left without harm."""

from __future__ import annotations

import re
import time

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.dialogs.dialogue import Dialogue
from screens.model.preparation import Preparation, explained
from screens.widgets.choice import Choice, Choices
from screens.widgets.rows import clock
from wizard.base.language import _

TIME = re.compile(r"^ *\d+ s ")
"""What the launcher writes before a package, and the clock says too."""


class Preparing(Dialogue[bool]):
    """Closes with True once it is made; with False where somebody goes back, or it failed and that was read."""

    CSS_PATH = "preparing.tcss"

    def __init__(self, preparation: Preparation) -> None:
        super().__init__()
        self.preparation = preparation

    def body(self) -> ComposeResult:
        """What is made and why, how long it has taken, its last line."""
        heading, why = explained()
        yield Static(Content(heading), classes="heading")
        yield Static(Content(why))
        yield Static(id="clock")
        yield Static(id="last", classes="quiet")
        yield Static(Content(_("The work starts by itself after this. Going back does not stop it.")), id="after")
        with Choices(classes="buttons"):
            yield Choice(_("Back"), id="back")

    def on_mount(self) -> None:
        """Says what it says."""
        self.set_interval(1, self.tell)
        self.tell()
        self.query_one(Choice).focus()
        self.follow()

    def tell(self) -> None:
        """How long it has taken, and its last line; or why it failed."""
        making = self.preparation
        if making.status:
            self.query_one("#clock", Static).update(Content.styled(making.words, "$error"))
            self.query_one("#last").display = self.query_one("#after").display = False
        elif making.status is None:
            told = _("so far:") + clock(time.monotonic() - making.began)
            self.query_one("#clock", Static).update(Content(told))
            self.query_one("#last", Static).update(Content(TIME.sub("", making.last).strip()))

    @work(exclusive=True)
    async def follow(self) -> None:
        """Until it ends."""
        async for _line in self.preparation.lines():
            self.tell()
        if self.preparation.done:
            self.dismiss(True)
        else:
            self.tell()

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """Back."""
        self.action_close()

    def action_close(self) -> None:
        """Not now; what is being made goes on."""
        self.dismiss(False)

    def retranslate(self) -> None:
        """What it said stays as it was said."""
        super().retranslate()
        self.call_after_refresh(self.tell)
