"""Somebody's home, with Jalon in it and a terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.forkserver import ROOT
from tests.screens.tmux import Terminal

SHIM = """#!{python}
import sys
sys.path.insert(0, {root!r})
from screens.start import main
sys.exit(main())
"""


def here(words: Sequence[str]) -> str:
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=True).stdout


class Home:
    """Of a person who has Jalon there, and starts it in a terminal."""

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
