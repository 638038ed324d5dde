"""What does not fit says so, on whatever edge there is."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static
from textual.widgets.option_list import Option

from screens.app import STYLE
from screens.widgets.listed import Listed
from screens.widgets.scroll import Scroll
from tests.screens.snapshot import settled, shown, walk

LINES = 10


class Boxes(App[None]):
    """A list without an edge, one in whose box there is one, and a box that takes no focus."""

    CSS_PATH = STYLE
    CSS = """
    #list { height: 8; }
    #text { height: 6; border: ascii white; }
    """

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines = lines

    def compose(self) -> ComposeResult:
        yield Listed(id="list")
        with Scroll(id="text", can_focus=False, how="Page Down"):
            yield Static("\n".join(f"text {number}" for number in range(self.lines)))

    def on_mount(self) -> None:
        listed = self.query_one("#list", Listed)
        listed.set_options([Option(f"line {number}") for number in range(self.lines)])
        listed.focus()


def told(pilot: Pilot[Any]) -> list[str]:
    return [line.strip("+-| ") for line in shown(pilot.app).splitlines() if " more: " in line]


def test_how_much_comes_below_is_said_with_the_key_until_the_end_is_seen() -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await settled(pilot, lambda: told(pilot) == ["3 lines more: Down", "6 lines more: Page Down"])
        await pilot.press("down", "end")
        await settled(pilot, lambda: told(pilot) == ["6 lines more: Page Down"])
        assert "line 9" in shown(pilot.app)

    walk(Boxes(LINES), steps)


def test_a_list_that_fits_keeps_all_its_lines_to_itself() -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await settled(pilot, lambda: "line 7" in shown(pilot.app) and told(pilot))
        await settled(pilot, lambda: told(pilot) == ["4 lines more: Page Down"])
        assert not pilot.app.query_one("#list").has_class("-more")
        listed = pilot.app.query_one("#list", Listed)
        listed.add_option(Option("line 8"))
        await settled(pilot, lambda: "2 lines more: Down" in told(pilot))
        listed.remove_option_at_index(8)
        await settled(pilot, lambda: told(pilot) == ["4 lines more: Page Down"])

    walk(Boxes(8), steps)
