"""Screens as plain text: what is shown is compared with a file, `snapshots/NAME-SIZE-LANGUAGE.txt`.

`JALON_SNAPSHOTS=write` writes the files anew; look at what it wrote before believing it.
"""

from __future__ import annotations

import asyncio
import difflib
import io
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from textual.app import App
from textual.pilot import Pilot

from wizard.base.language import LANGUAGES

FOLDER = Path(__file__).with_name("snapshots")
SMALL, LARGE = (80, 24), (120, 40)
# What a console's font has beyond ASCII: letters with accents, and quotation marks.
CONSOLE = "latin-1"

every_size = pytest.mark.parametrize("size", [SMALL, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
every_language = pytest.mark.parametrize("language", LANGUAGES)


def shown(app: App[Any]) -> str:
    """All that is on the screen, what lies behind a dialogue too, a line each, without blanks at their ends."""
    width, height = app.size
    console = Console(width=width, height=height, file=io.StringIO(), force_terminal=True, record=True)
    console.print(app.screen._compositor.render_update(full=True, screen_stack=app._background_screens))
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    return "\n".join(lines).rstrip() + "\n"


def for_console(text: str) -> bool:
    """Whether a console's font can show it."""
    return all(letter in "œŒ" or letter.encode(CONSOLE, "ignore") for letter in text)


def same(app: App[Any], name: str) -> None:
    """The screen is what the file of that name says, for this size and language."""
    width, height = app.size
    text = shown(app)
    file = FOLDER / f"{name}-{width}x{height}-{getattr(app, 'language', 'en')}.txt"
    if os.environ.get("JALON_SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text)
        return
    assert file.exists(), f"{file.name} is missing: JALON_SNAPSHOTS=write writes it"
    told = difflib.unified_diff(file.read_text().splitlines(), text.splitlines(), file.name, "on screen", lineterm="")
    assert not (difference := "\n".join(told)), difference


async def settled(pilot: Pilot[Any], until: Callable[[], Any], seconds: float = 300.0) -> None:
    """Waits until that holds, however long workers take. To look is to draw the page, which is what takes the time."""
    end, pause = time.monotonic() + seconds, 0.01
    while not until():
        assert time.monotonic() < end, "it never came to pass; on the screen:\n" + shown(pilot.app)
        await pilot.pause(pause)
        pause = min(1.5 * pause, 0.15)
    await pilot.pause()


def walk(
    app: App[Any], steps: Callable[[Pilot[Any]], Awaitable[None]], size: tuple[int, int] = SMALL, seconds: float = 600.0
) -> None:
    """Runs an application without a terminal, and these steps in it."""

    async def whole() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await steps(pilot)

    asyncio.run(asyncio.wait_for(whole(), seconds))
