"""Root's own environment, which is made before work begins, and said."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from textual import work
from textual.pilot import Pilot

from screens.app import Wizard
from screens.dialogs.preparing import Preparing
from screens.model.children import Jalon
from screens.model.instance import Instance
from screens.model.preparation import Preparation
from tests.screens.snapshot import every_language, every_size, for_console, same, settled, shown, walk
from tests.screens.support import FACTS, POOR, RICH, pretend
from wizard.base.language import set_language
from wizard.base.values import replace
from wizard.guides.registry import guides

SUDO = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
# A launcher that is done when its test says so.
SLOW = """#!/bin/sh
test "$1" = --version || exit 0
echo 'warning: of no interest' >&2
echo 'jalon: Preparing it' >&2
echo '     3 s  textual==8.0.0' >&2
echo >> {folder}/started
while ! test -e {folder}/go; do sleep 0.05; done
cat {folder}/go >&2
exit $(test -s {folder}/go && echo 69 || echo 0)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Such a launcher, and a sudo that starts anything, for somebody who is not root."""
    pretend(monkeypatch, replace(FACTS, root=False, user="alice"))
    for name, text in (("sudo", SUDO), ("jalon", SLOW.format(folder=tmp_path))):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return (str(tmp_path / "jalon"),)


class Asking(Wizard):
    """Becomes root when it is told to."""

    became: bool | None = None

    @work
    async def become(self) -> None:
        """Notes what came of it."""
        self.became = None
        guide = replace(guides()["biomaid"], root=True)
        instance = Instance.__new__(Instance)
        object.__setattr__(instance, "guide", guide)
        self.became = await self.become_root(instance)


def asking(program: tuple[str, ...], language: str = "en", poor: bool = False) -> Asking:
    """The wizard."""
    set_language(language)
    return Asking(program, language, POOR if poor else RICH, state_dir="/nonexistent/jalon")


def fail(folder: Path) -> None:
    """The launcher ends for want of room."""
    (folder / "why").write_text("jalon: there is no room left\n")
    (folder / "why").rename(folder / "go")


async def begin(pilot: Pilot[Any]) -> Asking:
    """Becomes root, until the making is said."""
    app = pilot.app
    assert isinstance(app, Asking)
    await settled(pilot, lambda: app.facts)
    app.become()
    await settled(pilot, lambda: isinstance(app.screen, Preparing) and "textual==8.0.0" in shown(app))
    return app


@every_size
@every_language
def test_pictures(
    size: tuple[int, int], language: str, program: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.dialogs.preparing.clock", lambda _seconds: "  12 s")

    async def steps(pilot: Pilot[Any]) -> None:
        app = await begin(pilot)
        same(app, "preparing")
        fail(tmp_path)
        await settled(pilot, lambda: "no room left" in shown(app))
        same(app, "preparing-failed")

    walk(asking(program, language), steps, size)


def test_a_console_can_show_it(program: tuple[str, ...], tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        app = await begin(pilot)
        assert for_console(shown(app)), shown(app)
        (tmp_path / "go").touch()

    walk(asking(program, poor=True), steps, (60, 20))


def test_work_begins_once_it_is_made(program: tuple[str, ...], tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        app = await begin(pilot)
        assert app.became is None
        (tmp_path / "go").touch()
        await settled(pilot, lambda: app.became)
        assert not isinstance(app.screen, Preparing)
        app.become()
        await settled(pilot, lambda: app.became)

    walk(asking(program), steps)
    assert (tmp_path / "started").read_text() == "\n", "it was looked for once"


def test_going_back_leaves_it_being_made(program: tuple[str, ...], tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        app = await begin(pilot)
        await pilot.press("escape")
        await settled(pilot, lambda: app.became is False)
        app.become()
        await settled(pilot, lambda: isinstance(app.screen, Preparing))
        (tmp_path / "go").touch()
        await settled(pilot, lambda: app.became)

    walk(asking(program), steps)
    assert (tmp_path / "started").read_text() == "\n", "it was made once"


def test_what_failed_is_told_and_tried_again(program: tuple[str, ...], tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        app = await begin(pilot)
        fail(tmp_path)
        await settled(pilot, lambda: "no room left" in shown(app))
        await pilot.press("enter")
        await settled(pilot, lambda: app.became is False)
        (tmp_path / "go").write_text("")
        app.become()
        await settled(pilot, lambda: app.became)

    walk(asking(program), steps)


def test_where_root_has_it_nothing_is_said(program: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    Path(program[0]).write_text("#!/bin/sh\necho 'a warning' >&2\n")
    seen: list[str] = []

    async def steps(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, Asking)
        await settled(pilot, lambda: app.facts)
        app.become()
        await settled(pilot, lambda: app.became)

    app = asking(program)
    monkeypatch.setattr(app, "push_screen_wait", lambda _screen: seen.append("said"))
    walk(app, steps)
    assert seen == []


def test_what_is_not_the_launcher_s_is_told_where_it_failed(program: tuple[str, ...]) -> None:
    Path(program[0]).write_text("#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n")

    async def tried() -> Preparation:
        making = Preparation(Jalon(program, "en", sudo=True))
        assert not await making.at_once()
        return making

    began = time.monotonic()
    making = asyncio.run(tried())
    assert (making.status, making.words) == (1, "sudo: a password is required")
    assert time.monotonic() - began < 60
