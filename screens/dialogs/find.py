"""Searching the findings and the changes of all checkpoints, as one types; Enter gives the one that is marked."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.dialogs.dialogue import Dialogue
from screens.model.point import Change
from screens.model.search import Hit, hits
from screens.model.walk import Walk
from screens.widgets import rows
from screens.widgets.keys import N_, key
from screens.widgets.listed import Read
from wizard.base.language import _, _n


class Find(Dialogue[Hit]):
    """What is searched are the words of a finding: its title, its evidence, cause and remedy, its outcome, its id."""

    CSS_PATH = "find.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", N_("open"), priority=True),
        key("down", "move(1)", N_("next"), show=False, priority=True),
        key("up", "move(-1)", N_("previous"), show=False, priority=True),
    ]

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        self.walk = walk
        self.wanted = ""
        self.hits: list[Hit] = []

    def body(self) -> ComposeResult:
        """The words, how many have them, and those."""
        yield Static(Content(_("Words of a finding or a change, or how it stands: failed, warning")), id="asked")
        yield Input(self.wanted, id="words", compact=True, select_on_focus=False)
        yield Static(id="count", classes="quiet")
        yield Read(id="hits")

    def on_mount(self) -> None:
        """Ready to be typed into; all of it is there until then."""
        self.query_one("#hits").can_focus = False
        self.query_one("#words").focus()
        self.fill()

    def on_input_changed(self, event: Input.Changed) -> None:
        """As one types."""
        self.wanted = event.value
        self.fill()

    def fill(self) -> None:
        """What has all the words."""
        self.hits = hits(self.walk, self.wanted)
        listed = self.query_one("#hits", OptionList)
        listed.set_options([Option(self._line(one)) for one in self.hits])
        listed.highlighted = 0 if self.hits else None
        count = len(self.hits)
        told = _n("{count} line has it", "{count} lines have it", count).format(count=count)
        self.query_one("#count", Static).update(Content(told))

    def _line(self, hit: Hit) -> Content:
        look, one = self.wizard.look, hit.subject
        wide = max((Content(one.point.title).cell_length for one in self.hits), default=0)
        at = Content.styled(f"{hit.point.title:<{wide}}  ", "bold")
        width = (self.query_one("#hits").scrollable_content_region.width or rows.WIDE) - at.cell_length
        return at + (
            rows.of_change(one, look, width)
            if isinstance(one, Change)
            else rows.of_probe(one, look, hit.point.reached, width)
        )

    def on_resize(self) -> None:
        """Lines are as long as there is room."""
        self.call_after_refresh(self.fill)

    def action_move(self, by: int) -> None:
        """The mark, while the words keep the keys."""
        listed = self.query_one("#hits", OptionList)
        if self.hits:
            listed.highlighted = max(0, min(len(self.hits) - 1, (listed.highlighted or 0) + by))

    def action_choose(self) -> None:
        """That one."""
        at = self.query_one("#hits", OptionList).highlighted
        if at is not None and at < len(self.hits):
            self.dismiss(self.hits[at])
