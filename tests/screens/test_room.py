"""Texts where there is little room and where there is much; what moves, follows, and asks before it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import OptionList

from screens.dialogs.about import About
from screens.dialogs.ask import Confirm
from screens.model.look import Look
from screens.model.walk import Walk
from screens.pages.output import OutputPage
from screens.pages.route import Route
from screens.widgets.output import Output
from screens.widgets.rows import fitting
from tests.screens.places import Place
from tests.screens.places import place as place
from tests.screens.snapshot import every_language, settled, shown, walk
from tests.screens.support import wizard
from wizard.base.language import set_language

LONG = Content.styled("It is in the way because of this and that. " * 8, "$warning")
SHORT = Content("It is short.")


class TestFitting:
    def test_what_has_room_is_whole(self) -> None:
        above, below = fitting([LONG, SHORT], 40, 30, "...")
        assert above.plain.split() == LONG.plain.split() and below.plain == SHORT.plain
        assert str(above.spans[0].style) == "$warning"

    @pytest.mark.parametrize("room", [1, 3, 4, 5, 8])
    def test_what_is_cut_says_so_and_takes_no_more_than_there_is(self, room: int) -> None:
        above, below = fitting([LONG, SHORT], 40, room, "...")
        assert above.plain.endswith("... [i]") and below.plain == SHORT.plain
        assert len(above.plain.splitlines()) == max(2, room - 1)
        assert all(len(line) <= 40 for line in above.plain.splitlines())


class Walked:
    """A walk of which only the output is looked at."""

    def __init__(self, count: int) -> None:
        self.output: list[str] = []
        self.say(count)

    @property
    def printed(self) -> int:
        return len(self.output)

    def since(self, seen: int) -> list[str]:
        return self.output[seen:]

    def say(self, count: int) -> None:
        self.output += [f"line {number}" for number in range(count)]


def test_a_line_of_the_output_that_goes_on_ends_in_dots_until_it_is_followed() -> None:
    told: Any = Walked(0)
    told.output = ["short", "x" * 79 + "END"]

    class One(App[None]):
        def compose(self) -> ComposeResult:
            yield Output(told, Look(rich=False))

    async def steps(pilot: Pilot[Any]) -> None:
        await settled(pilot, lambda: pilot.app.query_one(Output).line_count == 2)
        short, long, *_more = shown(pilot.app).splitlines()
        width = pilot.app.query_one(Output).scrollable_content_region.width
        assert short == "short" and long == "x" * (width - 3) + "..."
        pilot.app.query_one(Output).scroll_to(x=10, animate=False)
        await settled(pilot, lambda: "END" in shown(pilot.app))

    walk(One(), steps)


def test_output_follows_its_end_from_the_start_and_keeps_a_place() -> None:
    told: Any = Walked(200)

    class One(App[None]):
        def compose(self) -> ComposeResult:
            yield Output(told, Look())

    async def steps(pilot: Pilot[Any]) -> None:
        output = pilot.app.query_one(Output)

        async def at_the_end() -> None:
            await settled(pilot, lambda: output.line_count == told.printed and output.scroll_y == output.max_scroll_y)

        await at_the_end()
        assert output.scroll_y > 0
        for size in ((80, 12), (60, 40)):
            told.say(20)
            await pilot.resize_terminal(*size)
            await at_the_end()
        output.scroll_to(y=50, animate=False)
        await settled(pilot, lambda: output.scroll_y == 50)
        told.say(20)
        await pilot.resize_terminal(80, 24)
        await settled(pilot, lambda: output.line_count == told.printed)
        assert output.scroll_y == 50
        output.scroll_end(animate=False)
        await pilot.pause(0.1)
        told.say(20)
        await at_the_end()

    walk(One(), steps)


class Named:
    called = "Made up  demo"


def test_what_runs_is_cancelled_from_its_output() -> None:
    asked = []

    class Running:
        busy = True
        instance = Named()

        async def stop(self) -> None:
            asked.append("stop")
            self.busy = False

    running: Any = Running()

    async def steps(pilot: Pilot[Any]) -> None:
        await pilot.app.push_screen(OutputPage(Walk([]), running))
        await pilot.pause()
        assert "x cancel" in shown(pilot.app).splitlines()[-1]
        assert "Made up  demo  Output" in shown(pilot.app).splitlines()[0]
        await pilot.press("x")
        await settled(pilot, lambda: asked == ["stop"])

    walk(wizard(), steps)


@every_language
def test_panes_marks_and_the_way_out_of_a_route(place: Callable[..., Place], language: str) -> None:
    set_language(language)

    async def steps(pilot: Pilot[Any]) -> None:
        route = pilot.app.screen
        assert isinstance(route, Route)
        await settled(pilot, lambda: route.walk.planned_once and route.walk.verified_once)
        words = {"en": ("Enter", "Arrows", "w answers"), "fr": ("Entrée", "Flèches", "w réponses")}[language]
        await settled(pilot, lambda: all(word in shown(pilot.app).splitlines()[-1] for word in words), 30)
        assert ">[" in shown(pilot.app)  # the checkpoint is marked, and the focus is elsewhere
        lines, points = (route.query_one(name, OptionList) for name in ("#lines", "#route"))
        lines.focus()
        for key, focused in (("left", points), ("right", lines)):
            await pilot.press(key)
            await pilot.pause()
            assert route.focused is focused
        await pilot.press("i")
        await settled(pilot, lambda: isinstance(pilot.app.screen, About))
        await pilot.press("escape")
        await settled(pilot, lambda: pilot.app.screen is route)
        await pilot.press("escape")
        await settled(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("escape")
        await settled(pilot, lambda: pilot.app.screen is route)
        await pilot.press("escape")
        await settled(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("right", "enter")  # the harmless answer is the first
        await settled(pilot, lambda: not route.is_attached or route not in pilot.app.screen_stack)

    walk(place(lambda app: Route(app.instance()), language), steps)


@pytest.mark.parametrize(("columns", "there"), [(80, False), (120, True), (200, True)])
def test_where_it_is_wide_a_line_is_told_beside_the_lines(
    place: Callable[..., Place], columns: int, there: bool
) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        route = pilot.app.screen
        assert isinstance(route, Route)
        await settled(pilot, lambda: route.walk.planned_once and route.walk.verified_once)
        if there:
            await settled(pilot, lambda: "mkdir" in shown(pilot.app) or "install -d" in shown(pilot.app), 30)
        assert bool(route.query_one("#closer").region) is there

    walk(place(lambda app: Route(app.instance())), steps, (columns, 30))
