"""What a host has in names and logs, with what a terminal would obey: spelt out on every page and in every file."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from screens.dialogs.answers_file import Load
from screens.dialogs.details import Details
from screens.dialogs.edited import Edited
from screens.dialogs.failure import Failure
from screens.pages.dictation import Dictation
from screens.pages.files import Files
from screens.pages.output import OutputPage
from screens.pages.page import Page
from screens.pages.questions import Questions
from screens.pages.report import Report
from screens.pages.welcome import Welcome
from tests.forkserver import ROOT
from tests.screens import hostile
from tests.screens.hostile import HARM, RAW, SPELT
from tests.screens.madeup import LANGUAGE, STATE, program
from tests.screens.places import GUIDE, Place
from tests.screens.places import place as place
from tests.screens.snapshot import settled, shown, walk
from tests.screens.support import pretend, there, wizard
from tests.screens.terminal import Terminal
from tests.screens.test_files import QUESTION, asks
from tests.screens.test_plain import answer, to_route
from tests.screens.test_route import idle, looked, route, screen
from tests.unit.running import environment, made_up
from wizard.answers.questions import toml_value

Makes = Callable[..., Place]
WIDE = (300, 60)
HOSTILE = (sys.executable, "-m", hostile.__name__)


@pytest.fixture
def unfiltered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the last filter, which would take out what somebody forgot to spell out."""
    monkeypatch.setattr("screens.app.UNSEEN", NoFilter())


class NoFilter:
    """Leaves every line as it is."""

    enabled = False

    def apply(self, segments: Any, background: Any) -> Any:
        return segments


def quiet(pilot: Pilot[Any]) -> str:
    """All that is on the screen, of which a terminal obeys nothing."""
    text = shown(pilot.app)
    assert not [letter for letter in RAW if letter in text], text
    return text


def spelt(pilot: Pilot[Any]) -> None:
    """The same, and spelt out it is there."""
    text = quiet(pilot)
    assert SPELT[:12] in text, text


async def opened(pilot: Pilot[Any], page: type[Page]) -> None:
    """Waits until that page is there and has been told something."""
    await settled(pilot, lambda: isinstance(pilot.app.screen, page) and SPELT[:12] in shown(pilot.app), 60)


async def left(pilot: Pilot[Any], page: type[Page]) -> None:
    """One Escape leaves the page. After dictation the host is looked at, and what is still red opens by itself: the
    route need not be seen in between."""
    await pilot.press("escape")
    await settled(pilot, lambda: not isinstance(pilot.app.screen, page))
    if page is not Dictation:
        await settled(pilot, lambda: pilot.app.screen is screen(pilot))


class TestPages:
    def test_the_route_and_what_opens_from_it(self, place: Makes, tmp_path: Path, unfiltered: None) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            spelt(pilot)
            shows.query_one("#lines").focus()
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Details))
            spelt(pilot)
            await pilot.press("escape", "a")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Failure), 60)
            spelt(pilot)
            await pilot.press("escape")
            await idle(pilot)
            for key, page in (("o", OutputPage), ("f", Files), ("r", Report), ("t", Dictation)):
                await pilot.press(key)
                await opened(pilot, page)
                spelt(pilot)
                await left(pilot, page)

        walk(place(route, mood="red", program=(*HOSTILE, *made_up())), steps, WIDE)

    def test_an_edited_file(self, place: Makes, unfiltered: None) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            spelt(pilot)

        from screens.model.children import _shown

        walk(place(asks([], _shown(hostile.harmed(QUESTION)))), steps, WIDE)


class TestWhatTheScreensFindThemselves:
    """It is told by no child: the last filter takes it out."""

    def test_the_name_of_an_instance_and_what_is_wrong_with_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pretend(monkeypatch)
        there(tmp_path, "biomaid", f"a{HARM}b", "instance = \n")

        async def steps(pilot: Pilot[Any]) -> None:
            page = pilot.app.screen
            assert isinstance(page, Welcome)
            await settled(pilot, lambda: page.known and page.found)
            await settled(pilot, lambda: all(one.seen or one.wrong or one.told for one in page.found))
            assert "a]52;c;" in quiet(pilot)

        walk(wizard(state_dir=tmp_path), steps, WIDE)

    def test_answers_of_a_file(self, place: Makes, tmp_path: Path) -> None:
        (tmp_path / "answers.toml").write_text(f"name = {toml_value(HARM)}\nfolder = {toml_value('/x' + HARM)}\n")

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))
            await pilot.press("f3")
            for path in (f"/none{HARM}", str(tmp_path / "answers.toml")):
                await settled(pilot, lambda: isinstance(pilot.app.screen, Load))
                pilot.app.screen.query_one(Input).value = path
                await pilot.press("enter")
                await pilot.pause(0.5)
                quiet(pilot)

        walk(place(lambda app: Questions(GUIDE)), steps, WIDE)


class TestPlain:
    def test_nothing_is_said_as_it_is(self, tmp_path: Path) -> None:
        """The way, what is to do, a run that fails, the differences and the report."""
        real = program(tmp_path, environment())
        child = tmp_path / "hostile"
        words = " ".join(map(shlex.quote, HOSTILE))
        child.write_text(f'#!/bin/sh\n[ $# = 0 ] && exec {real}\nexec {words} {real} "$@"\n')
        child.chmod(0o755)
        more = {"MADEUP_PROGRAM": str(child), STATE: f"{tmp_path}/state", LANGUAGE: "en"}
        env = environment(TERM="dumb", XDG_RUNTIME_DIR=str(tmp_path), **more)
        with Terminal([str(child)], env, ROOT, (200, 50)) as terminal:
            to_route(terminal, tmp_path, mood="3")
            answer(terminal, "", "5", "", "1", "", "1")
            terminal.expect("Stopped")
            answer(terminal, "6", "3", "2")
            terminal.expect("go on from there", 60)
            assert terminal.ends() == 0
        assert not [letter for letter in RAW if letter in terminal.said]
        assert terminal.said.count(SPELT) > 20
        for wanted in ("create the folder", "the greeting", "it is lost"):
            assert wanted[0] + SPELT + wanted[1:] in terminal.said, wanted
