"""The practice instance walked in a real terminal, with the keys that a person presses: 80x24, a console's font."""

from __future__ import annotations

import shutil

import pytest

from tests.maquette.home import Home
from tests.screens.snapshot import for_console

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def test_the_practice_instance_from_the_first_screen_to_the_last_green(home: Home) -> None:
    terminal = home.start("C.UTF-8")
    terminal.wait("Practice instance", "Nothing has been changed")
    terminal.press("Down", "Down", "Enter")
    terminal.wait("Password", "Go on")
    terminal.press("Enter")
    terminal.wait("1 of 10", "changes to do", "> Do it for me")
    terminal.press("Enter")
    terminal.wait("2 of 10", "> Do it for me", seconds=60)
    terminal.press("a")
    terminal.wait("Cancel")
    # The last of all opens by itself.
    terminal.wait("http://localhost:", "admin", seconds=240)
    terminal.press("Escape")
    green = terminal.wait(" in place", "skipped:")
    assert "[ok] Service" in green and "[X ]" not in green
    terminal.press("q")
    terminal.close()

    # Started again, it is green on the first screen; and in French a console's font has all of it.
    terminal = home.start("fr_FR.UTF-8")
    terminal.wait("Maquette", "ok instance", seconds=60)
    terminal.press("Enter")
    again = terminal.wait("[ok] Service", seconds=60)
    assert "Parcours" in again and "[X ]" not in again
    assert for_console(again)
