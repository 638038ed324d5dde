"""The practice instance walked in a real terminal, with the keys that a person presses: 80x24, a console's font."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.look import look
from tests.unit.running import ROOT

SHIM = """#!{python}
import sys
sys.path.insert(0, {root!r})
from screens.start import main
sys.exit(main())
"""

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A terminal of 80 columns and 24 lines with one program in it."""

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "tmux")
        self.program = folder / "jalon"
        self.program.write_text(SHIM.format(python=sys.executable, root=str(ROOT)))
        self.program.chmod(0o755)
        self.home = folder / "home"
        self.home.mkdir()

    def tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self.socket, "-f", "/dev/null", *words],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout

    def start(self, language: str = "C.UTF-8", term: str = "linux") -> None:
        words = f"env TERM={term} LC_ALL={language} HOME={self.home} {self.program}; sleep 600"
        self.tmux("new-session", "-d", "-x", "80", "-y", "24", words)

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, *texts: str, seconds: float = 30) -> str:
        """The screen, once all these are on it."""
        end = time.monotonic() + seconds
        while not all(text in (screen := self.screen()) for text in texts):
            assert time.monotonic() < end, f"{texts} never came; on the screen:\n{screen}"
            assert "Traceback" not in screen, screen
            time.sleep(0.1)
        return screen

    def close(self) -> None:
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, timeout=30, check=False)


@pytest.fixture
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal, closed at the end, and with it what runs in its home."""
    # A socket's path must be short.
    folder = tmp_path_factory.mktemp("t")
    opened = Terminal(folder)
    yield opened
    opened.close()
    undo = [str(opened.program), "undo", "maquette", "--yes", "--with-data"]
    env = {"HOME": str(opened.home), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    subprocess.run(undo, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)


def test_the_practice_instance_from_the_first_screen_to_the_last_green(terminal: Terminal) -> None:
    terminal.start()
    terminal.wait("Practice instance", "Nothing has been changed")
    terminal.press("Down", "Enter")
    terminal.wait("Password", "Go on")
    terminal.press("Enter")
    terminal.wait("1 of 10", "changes to do", "> Do it for me")
    terminal.press("Enter")
    terminal.wait("2 of 10", "> Do it for me")
    terminal.press("a")
    terminal.wait("Cancel")
    # The last of all opens by itself.
    terminal.wait("http://", "admin", seconds=180)
    terminal.press("Escape")
    green = terminal.wait("All checkpoints hold")
    assert "[ok] Service" in green
    assert "[X ]" not in green

    # Started again, it is green without a key.
    terminal.press("q")
    time.sleep(1)
    terminal.close()
    terminal.start("fr_FR.UTF-8" if look().rich else "C.UTF-8")
    terminal.press("")
    again = terminal.wait("[ok] Service", seconds=30)
    assert "[X ]" not in again
    if again.isascii():
        return
    assert all(letter.isascii() or letter in "éèêàâîïôùûçÉœ«»’ " for letter in again if ord(letter) > 127)
