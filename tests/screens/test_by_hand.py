"""An instance that somebody installed by hand is seen on the first screen, and taken over when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from screens.dialogs.ask import Confirm
from screens.pages.welcome import Welcome
from screens.widgets.choice import Choice
from tests.screens.places import Place
from tests.screens.places import place as place

Makes = Callable[..., Place]


async def until(pilot: Pilot[object], holds: Callable[[], bool]) -> None:
    for _try in range(600):
        if holds():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not come to that")


def labels(app: Place) -> str:
    return "\n".join(str(one.label) for one in app.screen.query(Choice))


@pytest.fixture
def app(place: Makes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    (tmp_path / "theirs").mkdir()
    monkeypatch.setenv("MADEUP_FOUND", f"theirs:{tmp_path}/theirs")
    return place(lambda app: Welcome())


@pytest.mark.parametrize("yes", [True, False])
def test_it_is_offered_and_taken_over_only_if_somebody_says_so(app: Place, tmp_path: Path, yes: bool) -> None:
    async def walk() -> None:
        async with app.run_test(size=(100, 40)) as pilot:
            await until(pilot, lambda: "installed by hand" in labels(app))
            assert not (tmp_path / "state").exists(), "looking leaves nothing behind"
            app.screen.query_one("#there-0", Choice).focus()
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.click("#yes" if yes else "#no")
            await until(pilot, lambda: not isinstance(app.screen, Confirm))
            if yes:
                await until(pilot, lambda: bool(app.screen.query("#do")) and app.screen.is_mounted)
                await pilot.pause(0.5)
                assert (tmp_path / "state/madeup/theirs/answers.toml").exists()
            else:
                await pilot.pause(0.2)
                assert isinstance(app.screen, Welcome)
                assert not (tmp_path / "state").exists()

    asyncio.run(walk())
