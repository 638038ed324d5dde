"""The checkpoint at the right of the route: its objective, its lines, the verdict, and the ways to walk it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.model.actions import ORDER, possible
from screens.model.execution import Activity
from screens.model.look import Look
from screens.model.point import Change, Data, Point
from screens.widgets import rows
from screens.widgets.choice import Choice, Choices
from screens.widgets.keys import N_, key
from screens.widgets.scroll import TellsMore
from screens.widgets.status_line import verdict
from wizard.base.language import _


class Lines(OptionList, TellsMore):
    """The lines of a checkpoint."""

    edge: ClassVar[str] = "checkpoint"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "select", N_("details")),
        key("down", "cursor_down", N_("move")),
        key("left", "to_route", N_("Route"), show=False),
        key("right", "app.focus_next", N_("move"), show=False),
    ]

    def action_to_route(self) -> None:
        """To the pane at the left, where there is room for it."""
        self.screen.query_one("#route").focus()

    def on_focus(self) -> None:
        """There is always one that Enter opens."""
        if self.highlighted is None:
            self.action_first()


class Panel(Vertical):
    """One checkpoint as it is `now`. `possible`: what can be done with it at this moment."""

    def __init__(self, now: Activity, look: Look, *, id: str) -> None:
        super().__init__(id=id)
        self.now, self.look = now, look
        self.rows: list[rows.Row] = []
        self.possible: Sequence[str] = ()
        self._marked: Point | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Static(id="objective")
        yield Lines(id="lines", compact=True)
        yield Static(id="verdict")
        with Choices(id="ways"):
            yield Choice(_("Change an answer"), id="answers")
            yield Choice(_("Do it for me"), id="do")
            yield Choice(_("Repair it"), id="repair")
            yield Choice(_("I'll type it"), id="type")
            yield Choice(_("Only check"), id="check")
            yield Choice(_("Cancel"), id="cancel")
            yield Choice(_("Next"), id="next")
            yield Choice(_("Report"), id="report")

    def show(self, point: Point) -> bool:
        """Shows that checkpoint as it is; whether other choices are there than before."""
        width = self.query_one("#lines").scrollable_content_region.width or rows.WIDE
        walk = self.now.walk
        known = {"planned": walk.planned_once, "verified": walk.verified_once}
        lines = list(rows.rows(point, self.look, width=width, **known))
        self._show_lines(point, lines)
        changed = self._show_choices(point)
        self._show_words(Content(point.objective), verdict(self.now, point, self.look), len(lines))
        return changed

    def _show_words(self, objective: Content, verdict: Content, lines: int) -> None:
        """What stands above and below the lines, as much of it as these leave room for."""
        size = self.scrollable_content_region
        tall = 2 * self.screen.has_class("-tall")
        room = size.height - lines - self.query_one("#ways").size.height - tall
        above, below = rows.fitting([objective, verdict], size.width, room, self.look.dots())
        self.query_one("#objective", Static).update(above)
        self.query_one("#verdict", Static).update(below)

    def subject(self, number: int) -> Change | Data | None:
        """What the line of that number leads to."""
        return self.rows[number].subject if number < len(self.rows) else None

    def _show_lines(self, point: Point, fresh: list[rows.Row]) -> None:
        """The lines of the checkpoint; the mark stays on its line while they change under it."""
        lines = self.query_one("#lines", OptionList)
        same = len(fresh) == len(self.rows) and lines.option_count == len(fresh)
        red = next((number for number, row in enumerate(fresh) if rows.is_red(row)), None)
        if same and all((a.subject is None) == (b.subject is None) for a, b in zip(fresh, self.rows, strict=True)):
            for number, (row, old) in enumerate(zip(fresh, self.rows, strict=True)):
                if not row.text.is_same(old.text):
                    lines.replace_option_prompt_at_index(number, row.text)
        else:
            at = lines.highlighted
            lines.set_options([Option(row.text, disabled=row.subject is None) for row in fresh])
            if self._marked is point and at is not None and at < len(fresh) and fresh[at].subject is not None:
                lines.highlighted = at
            elif lines.has_focus:
                lines.action_first()
        # Whoever comes to the lines later finds the mark where something is wrong.
        if red is not None and not lines.has_focus:
            lines.highlighted = red
        self._marked = point
        self.rows = fresh

    def _show_choices(self, point: Point) -> bool:
        """What can be done now; what cannot is not there."""
        can = possible(self.now.walk, point, self.now.carrying.busy)
        # What is hidden loses the focus: nothing in focus means that a way had it.
        focused = self.screen.focused
        name = focused.id if isinstance(focused, Choice) else None if focused else "none"
        for action in ORDER:
            self.query_one(f"#{action}", Choice).display = action in can
        if name is not None and name not in can:
            # At once: a focus that comes later would come after the next change of mind.
            self.screen.set_focus(self.query_one(f"#{can[0]}", Choice))
        changed, self.possible = can != self.possible, can
        return changed
