"""The practice instance walked in a real terminal, with the keys that a person presses: 80x24, a console's font."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.screens.snapshot import for_console
from tests.screens.tmux import Terminal

SHIM = """#!{python}
import sys
sys.path.insert(0, {root!r})
from screens.start import main
sys.exit(main())
"""

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def here(words: Sequence[str]) -> str:
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=True).stdout


class Home:
    """Somebody's home, with Jalon in it and a terminal."""

    def __init__(self, folder: Path) -> None:
        self.terminal = Terminal(here, str(folder / "tmux"))
        self.program = folder / "jalon"
        self.program.write_text(SHIM.format(python=sys.executable, root=str(ROOT)))
        self.program.chmod(0o755)
        self.folder = folder / "home"
        self.folder.mkdir()

    def start(self, language: str) -> Terminal:
        self.terminal.start(f"env TERM=linux LC_ALL={language} HOME={self.folder} {self.program}")
        return self.terminal


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    # A socket's path must be short.
    found = Home(tmp_path_factory.mktemp("t"))
    yield found
    with suppress(subprocess.CalledProcessError):
        found.terminal.close()
    undo = [str(found.program), "undo", "maquette", "--yes", "--with-data"]
    env = {"HOME": str(found.folder), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    subprocess.run(undo, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)


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
