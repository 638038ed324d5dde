"""At the end, `jalon` is offered as a command: asked, through root, refused in words, taken away again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.dialogs.ask import Confirm
from screens.model.children import Answer, Jalon
from screens.model.walk import Walk
from screens.pages.report import Report
from screens.plain.end import End
from screens.plain.looking import Looking
from screens.plain.terminal import Left, Terminal
from tests.screens.places import Place
from tests.screens.places import place as place
from tests.screens.snapshot import settled, shown, walk
from tests.screens.test_report import Makes, canned, instance, report, told
from wizard import shell_name

OFFER = "makes `jalon` a command of this machine"
ASKED = (("Make `jalon` a command", ("link",)), ("`jalon` is a command of", ("link", "--remove")))


class Linking:
    """What is there, as tests say; and what a child was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.linked, self.asked = False, list[tuple[str, ...]]()
        self.hindrance: tuple[str, ...] = ()
        monkeypatch.setattr(shell_name, "linked", lambda: self.linked)
        monkeypatch.setattr(shell_name, "hindrance", lambda: self.hindrance)
        for module in ("screens.pages.summary", "screens.plain.end"):
            monkeypatch.setattr(f"{module}.command_name", lambda: "jalon" if self.linked else "/srv/copy/jalon")
        real = Jalon.ask
        linking = self

        async def ask(self: Jalon, *words: str, root: bool = False) -> Answer:
            if words[0] != "link":
                return await real(self, *words, root=root)
            assert root
            linking.asked.append(words)
            linking.linked = words == ("link",)
            return Answer(0, None, "")

        monkeypatch.setattr(Jalon, "ask", ask)

    async def hears(self, pilot: Pilot[Any], count: int) -> None:
        """Waits until a child was asked that often."""
        await settled(pilot, lambda: len(self.asked) == count)


@pytest.fixture
def linking(monkeypatch: pytest.MonkeyPatch) -> Linking:
    return Linking(monkeypatch)


async def confirming(pilot: Pilot[Any], words: str) -> None:
    """Has the question asked that says these words."""
    await pilot.press("j")
    await settled(pilot, lambda: isinstance(pilot.app.screen, Confirm) and words in shown(pilot.app))


async def _root(_self: Place) -> bool:
    return True


async def _no_root(_self: Place) -> bool:
    return False


def test_it_is_made_once_somebody_says_so_and_taken_away_again(
    place: Makes, tmp_path: Path, linking: Linking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "gain_root", _root)

    async def steps(pilot: Pilot[Any]) -> None:
        page = await told(pilot)
        assert OFFER in shown(pilot.app)
        for number, (first, then) in enumerate(ASKED):
            # The harmless answer is the one that Enter takes.
            await confirming(pilot, first)
            await pilot.press("enter")
            await settled(pilot, lambda: pilot.app.screen is page)
            assert len(linking.asked) == number
            await confirming(pilot, first)
            await pilot.press("right", "enter")
            await linking.hears(pilot, number + 1)
            await settled(pilot, lambda: (OFFER in shown(pilot.app)) != linking.linked)
            assert linking.asked[number:] == [then]

    walk(place(report(), program=canned(tmp_path)), steps, (120, 40))


@pytest.mark.parametrize("root", [True, False])
def test_a_copy_that_others_may_change_is_refused_before_anything_is_asked(
    place: Makes, tmp_path: Path, linking: Linking, monkeypatch: pytest.MonkeyPatch, root: bool
) -> None:
    monkeypatch.setattr(Place, "gain_root", _root if root else _no_root)
    linking.hindrance = ("alice could change it", "copy it below /opt") if root else ()

    async def steps(pilot: Pilot[Any]) -> None:
        page = await told(pilot)
        await pilot.press("j")
        if root:
            await settled(pilot, lambda: "alice could change it" in shown(pilot.app))
            assert "copy it below /opt" in shown(pilot.app) and pilot.app.screen is page
            return
        await settled(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("right", "enter")
        await settled(pilot, lambda: isinstance(pilot.app.screen, Report))

    walk(place(report(), program=canned(tmp_path)), steps, (120, 40))
    assert linking.asked == []


class Choosing(Terminal):
    """Chooses by words, one after the other, then leaves."""

    def __init__(self, *words: str) -> None:
        self.words, self.said = list(words), list[str]()

    def say(self, text: str, indent: int = 0, hang: int = 0) -> None:
        self.said.append(text)

    def command(self, text: str, indent: int = 4) -> None:
        self.said.append(text)

    def choose(self, choices: Any, default: int = 1, help: str = "") -> int:
        wanted = self.words.pop(0) if self.words else "leave"
        return next(number for number, text in enumerate(choices, 1) if wanted in text)

    def leave(self) -> None:
        raise Left


def test_the_plain_walk_offers_it_too(linking: Linking, monkeypatch: pytest.MonkeyPatch) -> None:
    async def root(_self: Looking, _why: str) -> bool:
        return True

    monkeypatch.setattr(Looking, "gain_root", root)
    known = instance()
    terminal = Choosing("make `jalon` a command", "take away the command")
    looking = Looking(terminal, Jalon(("false",), "en"), known)
    with pytest.raises(Left):
        asyncio.run(End(terminal, known, Walk(known.checkpoints), looking).show())
    assert linking.asked == [("link",), ("link", "--remove")]
    assert "From now on, `jalon` starts it." in terminal.said and "It is gone." in terminal.said
    linking.hindrance = ("alice could change it",)
    terminal.words = ["make `jalon` a command"]
    with pytest.raises(Left):
        asyncio.run(End(terminal, known, Walk(known.checkpoints), looking).show())
    assert terminal.said.count("alice could change it") == 1 and len(linking.asked) == 2
