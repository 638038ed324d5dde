"""Help over a page."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from screens.dialogs.help import Help
from screens.model.look import word
from screens.pages.questions import Questions
from screens.pages.welcome import Welcome
from tests.screens.snapshot import LARGE, every_language, every_size, same, settled, shown, walk
from tests.screens.support import pretend, wizard


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)


async def helped(pilot: Pilot[Any], key: str = "question_mark") -> None:
    await settled(pilot, lambda: pilot.app.facts)  # type: ignore[attr-defined]
    await pilot.press(key)
    await settled(pilot, lambda: isinstance(pilot.app.screen, Help))
    await pilot.pause()


@every_size
@every_language
def test_pictures(size: tuple[int, int], language: str) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await helped(pilot)
        same(pilot.app, "help")

    walk(wizard(language), steps, size)


def test_it_says_the_keys_that_work_and_the_states() -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await helped(pilot)
        text = shown(pilot.app)
        for said in ("?, F1", "F8", "Ctrl+Q", "look again", "Ctrl+P"):
            assert said in text
        for state in ("ok", "look", "red", "todo", "doing", "skipped", "unknown"):
            assert word(state) in text
        assert "Focus Next" not in text, "what Textual says of its own keys is English alone"

    walk(wizard(), steps, LARGE)


def test_in_a_field_a_question_mark_is_a_letter_and_f1_helps() -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await pilot.press("enter")
        await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))
        await pilot.press("question_mark")
        assert pilot.app.screen.form.shown("instance") == "?"  # type: ignore[attr-defined]
        await helped(pilot, "f1")
        assert "F2" in shown(pilot.app)

    walk(wizard(), steps, LARGE)


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "f1", "enter"])
def test_every_likely_key_leads_out(key: str) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await helped(pilot)
        await pilot.press(key)
        await settled(pilot, lambda: isinstance(pilot.app.screen, Welcome))

    walk(wizard(), steps)


def test_the_arrows_scroll_it() -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await helped(pilot)
        assert "Ctrl+Q leaves; what is done stays done" not in shown(pilot.app)
        await pilot.press("end")
        await settled(pilot, lambda: "what is done stays" in shown(pilot.app))

    walk(wizard(), steps)
