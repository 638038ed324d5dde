"""What is on the Linux console can be read: every letter against its ground, measured from the console's palette."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.color import Color
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import OptionList

from screens.model.look import Look
from screens.pages.dictation import Dictation
from screens.pages.files import Files
from screens.pages.output import OutputPage
from screens.pages.questions import Questions
from screens.pages.report import Report
from screens.pages.route import Route
from screens.widgets.console import ENOUGH, PALETTE, THEMES, colours, contrast, readable
from tests.forkserver import ROOT
from tests.screens.places import Place
from tests.screens.places import place as place
from tests.screens.snapshot import settled, walk
from tests.screens.support import wizard

CONSOLE, PLAIN = Look(rich=False, colours=16), Look(rich=False, colours=0)


def parts(app: App[Any]) -> Iterator[tuple[str, Style]]:
    """All that is on the screen, as it goes to the terminal; blanks are left out."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    for part in (part for strips in update.strips for strip in strips for part in strip):
        if part.text.strip():
            yield part.text.strip(), part.style or Style()


def unread(app: App[Any]) -> Iterator[tuple[float, str]]:
    """What cannot be read on the screen, with its contrast."""
    for text, style in parts(app):
        if (found := contrast(*colours(style))) < ENOUGH:
            yield round(found, 1), text


def reversed_parts(app: App[Any]) -> list[str]:
    """What stands out without colour."""
    return [text for text, style in parts(app) if style.reverse]


@pytest.mark.parametrize(
    ("style", "ink", "paper"),
    [
        ("red", 1, 0),
        ("bold red", 9, 0),
        ("bright_red", 9, 0),
        ("dim", 8, 0),
        ("bold dim", 15, 0),
        ("reverse", 0, 7),
        ("bold reverse", 8, 7),
        ("white on bright_blue", 7, 4),
        ("underline", 6, 0),
    ],
)
def test_the_ruler_measures_as_the_kernel_draws(style: str, ink: int, paper: int) -> None:
    assert colours(Style.parse(style)) == (PALETTE[ink], PALETTE[paper])


def test_the_ruler_counts_as_wcag_does() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_there_is_no_style_that_cannot_be_read() -> None:
    named = [None, *map(Color.from_ansi, range(16))]
    known = [False, True]
    for ink, paper, bold, dim, reverse in itertools.product(named, named, known, known, known):
        style = Style(color=ink, bgcolor=paper, bold=bold, dim=dim, reverse=reverse)
        assert contrast(*colours(readable(style))) >= ENOUGH, style


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
@pytest.mark.parametrize("look", [CONSOLE, PLAIN], ids=["colours", "no-colour"])
def test_every_letter_of_every_screen(
    place: Callable[..., Place], look: Look, light: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One walk through them all: what is marked, titles, marks, dialogues, what is typed."""
    if not look.colours:
        monkeypatch.setenv("NO_COLOR", "1")

    async def steps(pilot: Pilot[Any]) -> None:
        app = pilot.app
        if light:
            app.action_light()  # type: ignore[attr-defined]
        route = app.screen
        assert isinstance(route, Route)
        await settled(pilot, lambda: route.walk.planned_once and route.walk.verified_once and not route.now.looking)
        assert not list(unread(app)), "route"
        route.query_one("#lines", OptionList).focus()
        for key in ("enter", "question_mark", "s", "escape", "ctrl+p"):
            await pilot.press(key)
            await pilot.pause()
            assert not list(unread(app)), key
            if app.screen is not route:
                await pilot.press("escape")
                await pilot.pause()
        pages = (
            Files(route.instance),
            Report(route.instance, route.walk),
            OutputPage(route.walk),
            Dictation(route.instance, route.walk, route.walk.points[0]),
            Questions(route.instance.guide),
        )
        for page in pages:
            await app.push_screen(page)
            await pilot.pause(0.2)
            assert not list(unread(app)), page
            app.pop_screen()

    walk(place(lambda app: Route(app.instance()), look=look, mood="red"), steps)


def test_a_list_shows_its_mark_without_colour(place: Callable[..., Place], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(pilot: Pilot[Any]) -> None:
        await settled(pilot, lambda: pilot.app.screen.walk.planned_once)  # type: ignore[attr-defined]
        listed = pilot.app.screen.query_one("#route", OptionList)
        listed.focus()
        await pilot.pause()
        assert [word for word in ("Ground", "Work") if word in " ".join(reversed_parts(pilot.app))] == ["Ground"]

    walk(place(lambda app: Route(app.instance()), look=PLAIN), steps)


def test_the_first_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await pilot.pause(0.3)
        assert not list(unread(pilot.app))

    walk(wizard(look=CONSOLE), steps)


def test_the_page_of_the_wizard_tells_what_is_measured() -> None:
    """Of every colour of both themes, and no other figure than the ruler's."""
    page = (ROOT / "docs/wizard.md").read_text()
    rows = re.findall(r"^\| [^|]+ \| (\w+ on \w+) \| ([0-9.]+) \| (\w+ on \w+) \| ([0-9.]+) \|$", page, re.MULTILINE)
    pairs = [(colour, figure) for row in rows for colour, figure in (row[:2], row[2:])]
    assert len(rows) >= 9
    for told, figure in pairs:
        measured = contrast(*colours(Style.parse(told)))
        assert f"{measured:.1f}" == figure and measured >= ENOUGH, told
    listed = {colour for colour, _figure in pairs}
    for theme in THEMES:
        paper = theme.background or ""
        for ink in (theme.primary, theme.secondary, theme.warning, theme.error, theme.success, theme.foreground):
            style = Style.parse(f"{ink} on {paper}".replace("ansi_", ""))
            drawn = readable(style)
            inks = {name for name in listed if colours(Style.parse(name)) == colours(drawn)}
            assert inks, f"{ink} on {paper} is drawn as {drawn}, which the table lacks"
