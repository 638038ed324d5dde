"""What the programs print, all of it: it follows its end, scrolls, and can be selected and copied."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import BindingType
from textual.strip import Strip
from textual.widgets import Log

from screens.model.look import Look
from screens.model.walk import Walk
from screens.widgets.keys import N_, key
from wizard.base.language import _

# A second of a program that prints without end is more than anybody reads: what comes at once is cut to its end.
AT_ONCE = 500


class Output(Log):
    """The output of a walk, fed by `feed`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "scroll_down", N_("scroll")),
        key("end", "scroll_end", N_("to the end")),
    ]

    def __init__(self, walk: Walk, look: Look, *, id: str | None = None) -> None:
        super().__init__(max_lines=10_000, auto_scroll=True, id=id)
        self.walk, self.dots = walk, look.dots()
        self.seen = 0
        self.follows = True

    def on_mount(self) -> None:
        """Shows what there is, then what comes."""
        self.feed()
        self.set_interval(0.1, self.feed)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls away from the end is left there; whoever comes back to it follows it again."""
        super().watch_scroll_y(old_value, new_value)
        self.follows = self.is_vertical_scroll_end

    def render_line(self, y: int) -> Strip:
        """One that goes on to the right ends in dots; Right leads there."""
        strip, width = super().render_line(y), self.scrollable_content_region.width
        across, down = self.scroll_offset
        if down + y >= self.line_count or cell_len(self.lines[down + y]) - across <= width:
            return strip
        room = max(0, width - len(self.dots))
        return Strip([*strip.crop(0, room), Segment(self.dots, self.rich_style)])

    def on_resize(self) -> None:
        """The first size comes after the first lines, and a smaller one would hide the last."""
        self.call_after_refresh(self.follow)

    def follow(self) -> None:
        """To the end, where nobody has left it."""
        if self.follows:
            self.scroll_end(animate=False, immediate=True, x_axis=False)

    def feed(self) -> None:
        """Adds what came since."""
        if self.walk.printed == self.seen:
            return
        lines = self.walk.since(self.seen)
        self.seen = self.walk.printed
        if len(lines) > AT_ONCE and self.line_count:
            left_out = len(lines) - AT_ONCE
            lines = [_("({count} lines more went by)").format(count=left_out), *lines[-AT_ONCE:]]
        self.write_lines(lines, scroll_end=False)
        self.follow()
