"""What the programs print, all of it: it follows its end, scrolls, and can be selected and copied."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Log

from screens.model.walk import Walk
from screens.widgets.page import N_, Page, key
from wizard.base.language import _

# A second of a program that prints without end is more than anybody reads: what comes at once is cut to its end.
AT_ONCE = 500


class Output(Log):
    """The output of a walk, fed by `feed`."""

    def __init__(self, walk: Walk, *, id: str | None = None) -> None:
        super().__init__(max_lines=10_000, auto_scroll=True, id=id)
        self.walk = walk
        self.seen = 0

    def on_mount(self) -> None:
        """Shows what there is, then what comes."""
        self.feed()
        self.set_interval(0.1, self.feed)

    def feed(self) -> None:
        """Adds what came since."""
        if self.walk.printed == self.seen:
            return
        lines = self.walk.since(self.seen)
        self.seen = self.walk.printed
        if len(lines) > AT_ONCE and self.line_count:
            left_out = len(lines) - AT_ONCE
            lines = [_("({count} lines more went by)").format(count=left_out), *lines[-AT_ONCE:]]
        self.write_lines(lines)


class OutputPage(Page):
    """The same over the whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,o", "app.pop_screen", N_("back")),
        key("end", "follow", N_("to the end")),
        key("y", "copy", N_("copy all")),
    ]

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        self.walk = walk

    @property
    def place(self) -> str:
        """Where we are."""
        return _("Output")

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _("What the programs printed. Arrows and Page Up scroll; End follows what comes.")

    def body(self) -> ComposeResult:
        """The log."""
        yield Output(self.walk, id="all")

    def action_follow(self) -> None:
        """Follows the end again."""
        self.query_one("#all", Output).scroll_end(animate=False)

    def action_copy(self) -> None:
        """To the terminal's clipboard."""
        self.app.copy_to_clipboard("\n".join(self.walk.output))
        self.notify(_("Copied, where the terminal lets us; the mouse can select it as well."))
