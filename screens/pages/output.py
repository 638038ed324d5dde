"""The output over the whole screen."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from screens.model.execution import Execution
from screens.model.walk import Walk
from screens.pages.page import Page
from screens.widgets.keys import N_, key
from screens.widgets.output import Output
from wizard.base.language import _


class OutputPage(Page):
    """What the programs printed, all of it; it scrolls, and can be selected and copied."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,o", "app.pop_screen", N_("back")),
        key("y", "copy", N_("copy all")),
        key("x", "cancel", N_("cancel")),
        key("q", "app.leave", N_("leave")),
    ]

    def __init__(self, walk: Walk, carrying: Execution | None = None) -> None:
        super().__init__()
        self.walk, self.carrying = walk, carrying
        self.of = carrying.instance.called if carrying else ""

    @property
    def place(self) -> str:
        """Where we are."""
        page = _("Output")
        return f"{self.of}  {page}" if self.of else page

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _("What the programs printed. Arrows and Page Up scroll; End follows what comes; `x` stops what runs.")

    def body(self) -> ComposeResult:
        """The log."""
        yield Output(self.walk, self.wizard.look, id="all")

    def on_mount(self) -> None:
        """The arrows scroll it; what can be cancelled may end meanwhile."""
        super().on_mount()
        self.query_one("#all").focus()
        self.set_interval(0.5, self.refresh_bindings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What runs can be stopped."""
        return self.carrying is not None and self.carrying.busy if action == "cancel" else True

    @work(group="cancel", exclusive=True)
    async def action_cancel(self) -> None:
        """Stops what runs, in order; its last lines come here."""
        if self.carrying is not None:
            await self.carrying.stop()

    def action_copy(self) -> None:
        """To the terminal's clipboard."""
        self.wizard.copy("\n".join(self.walk.output))
