"""A real terminal with one program in it: what a person would see there, and the keys they press."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

Runs = Callable[[Sequence[str]], str]
"""Runs a command, here or in a machine, and returns what it prints."""


class Terminal:
    """80 columns and 24 lines, as tmux draws them."""

    def __init__(self, run: Runs, socket: str) -> None:
        self._run, self._socket = run, socket
        self.keys = 0

    def _tmux(self, *words: str) -> str:
        return self._run(["tmux", "-S", self._socket, "-f", "/dev/null", *words])

    def start(self, command: str, columns: int = 80, lines: int = 24) -> None:
        """Starts a program; what it leaves on the screen stays there."""
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), f"{command}; sleep 6000")
        self._tmux("set-option", "-s", "set-clipboard", "on")

    def copied(self) -> str:
        """What the program put into the terminal's clipboard."""
        return self._tmux("show-buffer")

    def press(self, *keys: str) -> None:
        """Presses keys, by tmux's names for them, and counts them; more than a name's letters at once are typed."""
        self.keys += len(keys)
        self._tmux("send-keys", *keys)

    def type(self, line: str) -> None:
        """Types a line, letter by letter, and Enter."""
        self.keys += len(line)
        self._tmux("send-keys", "-l", "--", line)
        self.press("Enter")

    def bold(self) -> list[str]:
        """The lines on it whose first letter is bold, with the blanks before it."""
        found = []
        for line in self._tmux("capture-pane", "-p", "-e").splitlines():
            styles: set[str] = set()
            # What stands before the first letter: blanks, and how it is written.
            head = re.match(r"(?:\x1b\[[0-9;]*m| )*", line)
            for codes in re.findall(r"\x1b\[([0-9;]*)m", head[0] if head else ""):
                for code in (codes or "0").split(";"):
                    styles = set() if code in ("", "0") else styles - {"1"} if code == "22" else {*styles, code}
            if "1" in styles:
                found.append(re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip())
        return found

    def screen(self) -> str:
        """What is on it now."""
        return self._tmux("capture-pane", "-p")

    def wait(self, *texts: str, seconds: float = 30) -> str:
        """The screen, once all these are on it."""
        end = time.monotonic() + seconds
        while not all(text in (screen := self.screen()) for text in texts):
            assert "Traceback" not in screen and "Jalon's own" not in screen, screen
            assert time.monotonic() < end, f"{texts} never came; on the screen:\n{screen}"
            time.sleep(0.2)
        return screen

    def kill(self) -> None:
        """Takes the terminal away from what runs in it, as when a window is closed or a line cut."""
        self._tmux("kill-server")

    def close(self) -> None:
        """Ends what runs in it. A tmux that is still ending would take the next one's place, and with it down."""
        process = self._tmux("display-message", "-p", "#{pid}").strip()
        self.kill()
        self._run(["sh", "-c", f"for _ in $(seq 100); do test -d /proc/{process} || exit 0; sleep 0.1; done"])
