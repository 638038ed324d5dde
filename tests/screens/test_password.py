"""sudo's password."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from screens.dialogs.password import Password
from screens.model.sudo import Sudo
from tests.screens.snapshot import every_language, every_size, for_console, same, settled, shown, walk
from tests.screens.support import FACTS, POOR, Recorded, pretend, wizard
from wizard.base.values import replace

FAKE = """#!/bin/sh
echo "$@" >> {folder}/words
if [ "$1" = -n ]; then test -e {folder}/open; exit; fi
printf 'jalon<alice>' >&2
read -r given
if [ "$given" = "open sesame" ]; then touch {folder}/open; exit 0; fi
printf 'Sorry, try again.\\njalon<alice>\\nsudo: no password was provided\\n' >&2
exit 1
"""


@pytest.fixture
def sudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sudo:
    """A sudo that takes one password, and notes its command lines."""
    pretend(monkeypatch, replace(FACTS, root=False, user="alice"))
    program = tmp_path / "sudo"
    program.write_text(FAKE.format(folder=tmp_path))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return Sudo((str(program),))


Asked = list[Any]


async def ask(pilot: Pilot[Any], sudo: Sudo, into: Asked) -> None:
    """Opens the dialogue."""
    await settled(pilot, lambda: pilot.app.facts)  # type: ignore[attr-defined]
    pilot.app.push_screen(Password(sudo), into.append)
    await settled(pilot, lambda: isinstance(pilot.app.screen, Password))


async def write(pilot: Pilot[Any], text: str) -> None:
    await pilot.press(*("space" if letter == " " else letter for letter in text))


@every_size
@every_language
def test_pictures(size: tuple[int, int], language: str, sudo: Sudo) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, [])
        await write(pilot, "wrong")
        same(pilot.app, "password")
        await pilot.press("enter")
        await settled(pilot, lambda: "sudo does not take" in shown(pilot.app) or "sudo refuse" in shown(pilot.app))
        same(pilot.app, "password-wrong")

    walk(wizard(language), steps, size)


@every_language
def test_a_console_can_show_it(language: str, sudo: Sudo) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, [])
        await write(pilot, "wrong")
        assert for_console(shown(pilot.app)), shown(pilot.app)

    walk(wizard(language, POOR), steps, (60, 20))


@pytest.mark.parametrize("how", ["keys", "mouse"])
def test_the_right_one(how: str, sudo: Sudo, tmp_path: Path) -> None:
    answered: Asked = []

    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, answered)
        assert "alice" in shown(pilot.app)
        await write(pilot, "open sesame")
        assert "open" not in shown(pilot.app)
        await (pilot.press("enter") if how == "keys" else pilot.click("#go"))
        await settled(pilot, lambda: answered)

    walk(wizard(), steps)
    assert answered == [True]
    assert "sesame" not in (tmp_path / "words").read_text(), "no password on a command line"


def test_a_wrong_one_is_told_and_another_can_be_tried(sudo: Sudo) -> None:
    answered: Asked = []

    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, answered)
        await write(pilot, "wrong")
        await pilot.press("enter")
        await settled(pilot, lambda: "sudo does not take" in shown(pilot.app) or "sudo refuse" in shown(pilot.app))
        assert pilot.app.screen.query_one(Input).value == ""
        await write(pilot, "open sesame")
        await pilot.press("enter")
        await settled(pilot, lambda: answered)

    walk(wizard(), steps)
    assert answered == [True]


def _escape(pilot: Pilot[Any]) -> Any:
    return pilot.press("escape")


def _back(pilot: Pilot[Any]) -> Any:
    return pilot.click("#back")


def test_what_else_can_be_done_is_told(sudo: Sudo, tmp_path: Path) -> None:
    """Where sudo wants somebody else's password, and where it keeps none."""
    program = tmp_path / "sudo"

    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, [])
        program.write_text(FAKE.format(folder=tmp_path).replace("<alice>", "<root>"))
        await write(pilot, "wrong")
        await pilot.press("enter")
        await settled(pilot, lambda: "Password of root" in shown(pilot.app))
        assert "start `sudo false`" in shown(pilot.app)
        program.write_text('#!/bin/sh\n[ "$1" = -S ]\n')
        await write(pilot, "open sesame")
        await pilot.press("enter")
        await settled(pilot, lambda: "timestamp_timeout" in shown(pilot.app))
        assert "Type it again" not in shown(pilot.app) and "start `sudo false`" in shown(pilot.app)

    walk(wizard(), steps)


@pytest.mark.parametrize("leave", [_escape, _back])
def test_it_can_be_left(leave: Callable[[Pilot[Any]], Any], sudo: Sudo) -> None:
    answered: Asked = []

    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, answered)
        await leave(pilot)
        await settled(pilot, lambda: answered)

    walk(wizard(), steps)
    assert answered == [False]


def test_a_sudo_that_takes_its_time_freezes_nothing(sudo: Sudo) -> None:
    answered: Asked = []
    program = Path(sudo.words[0])
    program.write_text("#!/bin/sh\nread -r given\nexec sleep 3600\n")

    async def steps(pilot: Pilot[Any]) -> None:
        await ask(pilot, sudo, answered)
        await write(pilot, "x")
        await pilot.press("enter")
        await settled(pilot, lambda: "sudo is asked" in shown(pilot.app))
        await pilot.press("escape")
        await settled(pilot, lambda: answered)

    walk(wizard(), steps)
    assert answered == [False]
    assert not [one for one in Path("/proc").iterdir() if _is(one, str(program))], "it ended with the dialogue"


def _is(process: Path, program: str) -> bool:
    try:
        return program.encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False


def test_root_is_become_through_it(sudo: Sudo) -> None:
    app = wizard(sudo=sudo)
    answered: list[bool] = []

    async def steps(pilot: Pilot[Any]) -> None:
        from screens.model.instance import begun
        from wizard.guides.registry import guides

        assert isinstance(app, Recorded)
        await settled(pilot, lambda: app.facts)
        assert app.facts
        instance = begun(guides()["biomaid"], {}, {}, app.facts, app.folder)

        async def become() -> None:
            answered.append(await app.become_root(instance))

        app.run_worker(become())
        await settled(pilot, lambda: isinstance(app.screen, Password))
        await write(pilot, "open sesame")
        await pilot.press("enter")
        await settled(pilot, lambda: answered)
        assert app.may_look_as_root(instance)

    walk(app, steps)
    assert answered == [True]
