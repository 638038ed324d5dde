"""The main screen, with real children of the made-up guide."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from screens.dialogs.ask import Offered
from screens.dialogs.details import Details
from screens.dialogs.failure import Failure
from screens.pages.dictation import Dictation
from screens.pages.files import Files
from screens.pages.output import OutputPage
from screens.pages.questions import Questions
from screens.pages.report import Report
from screens.pages.route import Route
from screens.widgets.choice import Choice
from screens.widgets.panel import Panel
from tests.screens.places import Place
from tests.screens.places import place as place
from tests.screens.snapshot import LARGE, every_language, every_size, same, settled, shown, walk
from wizard.base.values import replace

Makes = Callable[..., Place]


def route(app: Place) -> Route:
    return Route(app.instance())


def screen(pilot: Pilot[Any]) -> Route:
    found = next(one for one in pilot.app.screen_stack if isinstance(one, Route))
    assert isinstance(found, Route)
    return found


async def looked(pilot: Pilot[Any]) -> Route:
    await settled(pilot, lambda: any(isinstance(one, Route) for one in pilot.app.screen_stack))
    shows = screen(pilot)
    await settled(pilot, lambda: shows.walk.verified_once and shows.walk.planned_once and not shows.now.looking)
    return shows


async def idle(pilot: Pilot[Any]) -> Route:
    shows = await looked(pilot)
    await settled(pilot, lambda: not shows.carrying.busy and not shows.now.looking, 30)
    return shows


def states(shows: Route) -> list[str]:
    return [point.state for point in shows.walk.points]


async def answering(pilot: Pilot[Any]) -> Questions:
    """Goes to the answers of the instance."""
    await pilot.press("w")
    await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))
    found = pilot.app.screen
    assert isinstance(found, Questions)
    return found


class TestAnswers:
    """Those of an instance that is here are changed where it is seen."""

    def test_another_answer_shows_what_it_changes_and_counts_once_it_is_applied(
        self, place: Makes, tmp_path: Path
    ) -> None:
        async def first(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: screen(pilot).walk.green, 30)

        async def again(pilot: Pilot[Any]) -> None:
            before = await looked(pilot)
            asked = await answering(pilot)
            assert not asked.query("#field-name"), "the name stays"
            asked.query_one("#field-level", Input).value = "5"
            await pilot.press("enter")
            await settled(pilot, lambda: screen(pilot) is not before)
            shows = await looked(pilot)
            assert not shows.walk.green
            assert "level = 5" not in kept.read_text()
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.green, 30)

        kept, secrets = (tmp_path / "state/madeup/first" / name for name in ("answers.toml", "secrets.toml"))
        walk(place(route), first)
        secret = secrets.read_text()
        walk(place(lambda app: Route(app.there())), again)
        assert "level = 5" in kept.read_text()
        assert secrets.read_text() == secret
        assert "workers = 5" in (tmp_path / "made" / "plain").read_text()

    def test_what_is_folded_can_be_unfolded_after_the_route_was_seen(self, place: Makes) -> None:
        """Style sheets of one screen are the other's too, once both were seen."""

        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            asked = await answering(pilot)
            await settled(pilot, lambda: "advanced question" in shown(pilot.app))
            assert asked.query_one("#fold", Choice).display

        walk(place(route), steps)

    def test_where_nothing_is_changed_it_is_the_same_route(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            for key in ("enter", "escape"):
                await answering(pilot)
                await pilot.press(key)
                await settled(pilot, lambda: pilot.app.screen is shows)

        walk(place(route), steps)


class TestLeaving:
    def test_what_comes_when_it_was_left_is_shown_nowhere(self, place: Makes) -> None:
        """Its parts are gone before its workers are: what they find must not be looked for on it."""

        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("r")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Report))
            report = pilot.app.screen
            assert isinstance(report, Report) and report.still_open
            await pilot.press("escape")
            await settled(pilot, lambda: pilot.app.screen is shows)
            assert not report.still_open
            await pilot.app.pop_screen()
            assert not shows.still_open
            shows.show_all()

        walk(place(route), steps)


class TestWalking:
    def test_what_is_to_do_is_seen_before_anything_runs(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            text = shown(pilot.app)
            assert "create the folder" in text and "write" in text
            assert "Do it for me" in text

        walk(place(route), steps)
        assert not (tmp_path / "made").exists()

    def test_enter_alone_goes_from_checkpoint_to_checkpoint(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("enter")
            await settled(pilot, lambda: shows.at == 1 and not shows.carrying.busy, 30)
            assert states(shows) == ["ok", "todo"]
            assert (tmp_path / "made" / "plain").exists()
            assert not (tmp_path / "made" / "greeting").exists()
            await settled(pilot, lambda: isinstance(pilot.app.focused, Choice))
            await pilot.press("enter")
            await settled(pilot, lambda: shows.walk.green, 30)
            assert states(shows) == ["ok", "ok"]

        walk(place(route), steps)

    def test_all_is_done_in_one_go(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.green, 30)
            assert "héllo" in shows.walk.output

        walk(place(route), steps)

    def test_where_all_holds_it_is_green_without_a_key(self, place: Makes) -> None:
        async def first(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.green, 30)

        async def again(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            assert shows.walk.green
            assert "All checkpoints hold" in shown(pilot.app)

        walk(place(route), first)
        walk(place(lambda app: Route(app.there())), again)

    def test_the_mouse_alone(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.click("#route", offset=(6, 2))
            await settled(pilot, lambda: shows.at == 1)
            await pilot.click("#route", offset=(6, 1))
            await settled(pilot, lambda: shows.at == 0)
            await pilot.click("#do")
            await settled(pilot, lambda: states(shows)[0] == "ok" and not shows.carrying.busy, 30)

        walk(place(route), steps)

    def test_a_skipped_checkpoint_keeps_its_reason(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("s", *"later", "enter")
            await settled(pilot, lambda: shows.walk.points[0].because == "later")
            assert states(shows) == ["skipped", "todo"]
            await pilot.press("p", "s")
            await settled(pilot, lambda: states(shows)[0] == "todo")

        walk(place(route), steps)


class TestLooking:
    def test_enter_on_a_line_shows_the_commands_and_the_difference(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            lines = shows.query_one("#lines", OptionList)
            lines.focus()
            row = next(
                n
                for n, one in enumerate(shows.query_one(Panel).rows)
                if getattr(one.subject, "kind", "") == "FileWritten"
            )
            lines.highlighted = row
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Details))
            text = shown(pilot.app)
            assert "install -o" in text and "+" in text
            await pilot.press("escape")
            await settled(pilot, lambda: pilot.app.screen is shows)

        walk(place(route), steps, LARGE)

    def test_the_output_is_a_key_away(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.green, 30)
            while pilot.app.screen is not shows:
                await pilot.press("escape")
                await pilot.pause()
            await pilot.press("o")
            await settled(pilot, lambda: isinstance(pilot.app.screen, OutputPage))
            await settled(pilot, lambda: "héllo" in shown(pilot.app))

        walk(place(route), steps)


class TestRed:
    def test_what_fails_opens_on_its_words_and_every_way_on(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Failure), 30)
            text = shown(pilot.app)
            assert "all is lost" in text
            assert "Do it and look again" in text and "I'll type it" in text and "Skip, with a reason" in text
            await pilot.press("escape")
            shows = await idle(pilot)
            assert shows.point.id == "work" and shows.point.state == "red"

        walk(place(route, mood="broken"), steps)

    def test_a_red_probe_says_why_and_what_repairs_it(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Failure), 40)
            text = shown(pilot.app)
            assert "it is lost" in text and "find it" in text and "find /" in text

        walk(place(route, mood="red"), steps, LARGE)

    def test_what_is_red_is_repaired_from_where_it_is_told(self, place: Makes, tmp_path: Path) -> None:
        litter = tmp_path / "made/litter"

        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.green, 40)
            await settled(pilot, lambda: isinstance(pilot.app.screen, Report))
            await pilot.press("escape")
            litter.touch()
            await pilot.press("c")
            await settled(pilot, lambda: states(shows) == ["ok", "red"] and not shows.now.looking)
            await pilot.press("n")
            # Whoever does not agree finds it as it was, and is told why.
            await pilot.press("e")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Offered), 20)
            assert f"rm {litter}" in shown(pilot.app) and "take it away" in shown(pilot.app)
            await pilot.press("escape")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Failure), 20)
            assert "Do it and look again" in shown(pilot.app) and litter.exists()
            await pilot.press("escape")
            # From the red line itself.
            shows.query_one("#lines").focus()
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Details))
            await pilot.press("d")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Offered), 20)
            await pilot.press("right", "enter")
            await settled(pilot, lambda: shows.walk.green, 20)
            assert not litter.exists()
            assert "repaired: no litter" in shows.walk.output

        walk(place(route, mood="littered"), steps, LARGE)

    def test_what_is_in_the_way_is_said_before_anything_runs(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("n")
            await settled(pilot, lambda: shows.at == 1)
            text = shown(pilot.app)
            assert "a wall stands here" in text and "go round it" in text
            # Nothing is begun, and no password asked for: what is in the way is mostly an answer.
            assert "Change an answer" in text and "Do it for me" not in text and "I'll type it" not in text
            await pilot.press("d", "a")
            assert not shows.carrying.busy and pilot.app.screen is shows
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))

        walk(place(route, mood="blocked"), steps)

    def test_the_answer_that_is_in_the_way_is_the_one_that_one_comes_to(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            await pilot.press("n")
            await settled(pilot, lambda: shows.at == 1)
            shows.point.remedy = "choose another one (the answer `port`)"
            await pilot.press("w")
            # It is one of those that are folded.
            await settled(pilot, lambda: getattr(pilot.app.screen.focused, "id", "") == "field-port")

        walk(place(route, mood="blocked"), steps)

    def test_a_child_that_dies_is_told_in_its_own_words(self, place: Makes, tmp_path: Path) -> None:
        program = tmp_path / "dies.py"
        program.write_text("import sys; print('no such luck', file=sys.stderr); sys.exit(9)")

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Route))
            await settled(pilot, lambda: not screen(pilot).now.looking)
            await pilot.press("a")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Failure), 30)
            assert "no such luck" in shown(pilot.app)

        walk(place(route, program=(sys.executable, str(program))), steps)


FLOOD = """
import json, sys, time
if "apply" in sys.argv:
    print(json.dumps({"event": "checkpoint", "id": "ground", "title": "", "objective": "", "number": 1, "of": 2}))
    line = json.dumps({"event": "output", "text": "x" * 100}) + "\\n"
    end = time.time() + 20
    while time.time() < end and not select_in():
        sys.stdout.write(line * 200)
        sys.stdout.flush()
        time.sleep(0.02)
    print(json.dumps({"event": "end", "outcome": "interrupted", "changes": 0, "seconds": 1.0}))
"""
FLOOD = "import select, sys\ndef select_in(): return select.select([sys.stdin], [], [], 0)[0]\n" + FLOOD


class TestWhileSomethingRuns:
    def test_keys_answer_and_cancel_stops_it(self, place: Makes, tmp_path: Path) -> None:
        program = tmp_path / "flood.py"
        program.write_text(FLOOD)

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Route))
            shows = screen(pilot)
            await settled(pilot, lambda: not shows.now.looking)
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.printed > 20_000, 30)
            await pilot.press("n")
            await settled(pilot, lambda: shows.at == 1, 5)
            await pilot.press("o")
            await settled(pilot, lambda: isinstance(pilot.app.screen, OutputPage), 5)
            await pilot.press("escape")
            await settled(pilot, lambda: pilot.app.screen is shows, 5)
            assert shows.carrying.busy
            await pilot.press("x")
            await settled(pilot, lambda: not shows.carrying.busy, 15)

        walk(place(route, program=(sys.executable, str(program))), steps)

    def test_leaving_asks(self, place: Makes, tmp_path: Path) -> None:
        program = tmp_path / "flood.py"
        program.write_text(FLOOD)

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Route))
            shows = screen(pilot)
            await settled(pilot, lambda: not shows.now.looking)
            await pilot.press("a")
            await settled(pilot, lambda: shows.walk.printed > 100, 30)
            await pilot.press("q")
            await settled(pilot, lambda: "Stay" in shown(pilot.app))
            await pilot.press("enter")
            await settled(pilot, lambda: pilot.app.screen is shows)
            assert shows.carrying.busy
            await pilot.press("x")
            await settled(pilot, lambda: not shows.carrying.busy, 15)

        walk(place(route, program=(sys.executable, str(program))), steps)


class TestAsRoot:
    def test_where_sudo_has_forgotten_the_password_it_is_looked_as_oneself(
        self, place: Makes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It keeps one for some minutes; a run may take longer."""
        (tmp_path / "sudo").write_text('#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n')
        (tmp_path / "sudo").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

        def unlocked(app: Place) -> Route:
            app.unlocked = True
            instance = app.instance()
            return Route(replace(instance, guide=replace(instance.guide, root=True)))

        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            assert "sudo has forgotten the password" in shown(pilot.app)
            assert not shows.wizard.may_look_as_root(shows.instance)

        walk(place(unlocked), steps)


async def dictating(pilot: Pilot[Any]) -> Dictation:
    """From the route to the page that dictates, once it has looked."""
    await looked(pilot)
    await pilot.press("t")
    await settled(pilot, lambda: isinstance(pilot.app.screen, Dictation))
    dictates = pilot.app.screen
    assert isinstance(dictates, Dictation)
    await settled(pilot, lambda: dictates.looks > 0 and dictates.wanted)
    return dictates


class TestDictating:
    def test_the_lines_and_what_is_in_scripts_are_shown(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            dictates = await dictating(pilot)
            text = shown(pilot.app)
            assert "umask 022" in text and "mkdir -p" in text
            assert any(line.startswith("sh ") for line in dictates.commands)
            assert "install -" in text and "{laid}" not in text, "what is in a script is shown"
            await pilot.press("y")
            await pilot.pause(0.2)
            first, *below = shown(pilot.app).splitlines()
            assert first.endswith("Copied, where the terminal lets us") and below == text.splitlines()[1:]
            assert not pilot.app._notifications, "a message would lie over what is to be typed"

        walk(place(route), steps, LARGE)

    def test_another_language_says_all_of_it_anew_while_it_looks(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            dictates = await dictating(pilot)
            await pilot.press("f8")
            # As where a look ends just then, whose parts are gone.
            dictates.show_all()
            await settled(
                pilot, lambda: "Dans un autre terminal" in shown(pilot.app) and "mkdir -p" in shown(pilot.app)
            )
            assert pilot.app.focused is dictates.query_one("#typing")

        walk(place(route), steps, LARGE)

    def test_what_is_in_a_file_is_read_and_whoever_is_root_no_more_is_back_on_the_route(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            dictates = await dictating(pilot)
            await pilot.press("f")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Files) and pilot.app.screen.file)
            assert pilot.app.screen.file["checkpoint"] == dictates.point.id  # type: ignore[attr-defined]
            assert dictates.still_open

            async def refused(_instance: Any) -> bool:
                return False

            guide = replace(dictates.instance.guide, root=True)
            dictates.instance = replace(dictates.instance, guide=guide)
            pilot.app.become_root = refused  # type: ignore[attr-defined]
            dictates.watch_host()
            await settled(pilot, lambda: isinstance(pilot.app.screen, Route))

        walk(place(route), steps, LARGE)


class TestPictures:
    @every_size
    @every_language
    def test_a_bare_machine(self, place: Makes, size: tuple[int, int], language: str) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            same(pilot.app, "route-bare")

        app = place(route, language)
        app.made = Path("/srv/made")
        walk(app, steps, size)
