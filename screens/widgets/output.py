"""What the programs print, all of it: it follows its end, scrolls, and can be selected and copied."""

from __future__ import annotations

from textual.widgets import Log

from screens.model.walk import Walk
from wizard.base.language import _

# A second of a program that prints without end is more than anybody reads: what comes at once is cut to its end.
AT_ONCE = 500


class Output(Log):
    """The output of a walk, fed by `feed`."""

    def __init__(self, walk: Walk, *, id: str | None = None) -> None:
        super().__init__(max_lines=10_000, auto_scroll=True, id=id)
        self.walk = walk
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
