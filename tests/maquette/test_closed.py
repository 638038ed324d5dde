"""A terminal that is closed: whatever screen is open, nothing stays of the wizard, no process and nothing laid."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.maquette.home import Home
from tests.screens.tmux import Terminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

QUESTIONS = (("Practice instance", "Nothing has been changed"), ("Down", "Down", "Enter"), ("Password", "Go on"))
ROUTE = (*QUESTIONS, ("Enter",), ("1 of 10", "changes to do"))
# In turn what is waited for and the keys that are pressed then, to the screen in which the terminal is closed.
WALKS = {
    "welcome": QUESTIONS[:1],
    "help": (*QUESTIONS[:1], ("?",), ("Keys that work now",)),
    "palette": (*QUESTIONS[:1], ("C-p",), ("What do you want to do?",)),
    "questions": QUESTIONS,
    "secret": (*QUESTIONS, ("Up", "F5"), ("Password",)),
    "save": (*QUESTIONS, ("F2",), ("Save the answers",)),
    "load": (*QUESTIONS, ("F3",), ("Load answers",)),
    "route": ROUTE,
    "looking": (*QUESTIONS, ("Enter",), ("1 of 10",)),
    "leave": (*ROUTE, ("Escape",), ("Back to the screen before?",)),
    "about": (*ROUTE, ("i",), ("One folder for all of it",)),
    "line": (*ROUTE, ("Right", "Enter"), ("+",)),
    "find": (*ROUTE, ("/",), ("Esc back", "Enter open")),
    "plan": (*ROUTE, ("v",), ("The whole plan", "25 changes to do")),
    "log": (*ROUTE, ("l",), ("What was done",)),
    "files": (*ROUTE, ("f",), ("Files",)),
    "report": (*ROUTE, ("r",), ("Report",)),
    "typed": (*ROUTE, ("t",), ("typed by you", "Watching")),
    "applying": (*ROUTE, ("a",), ("x cancel",)),
    "output": (*ROUTE, ("a",), ("3 of 10", "x cancel"), ("o",), ("y copy all",)),
}


def wizards(home: Home) -> set[int]:
    """The processes of Jalon that are of that home; not what a run has started for the instance."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(home.program).encode() in place.joinpath("cmdline").read_bytes().split(b"\0"):
                found.add(int(place.name))
    return found


def laid(pids: set[int]) -> list[Path]:
    """What they have laid ready, wherever such things are."""
    folders = [Path("/run"), Path("/tmp"), Path(os.environ.get("XDG_RUNTIME_DIR") or "/run/user/0")]
    found = [one for folder in folders if folder.is_dir() for one in folder.glob("jalon-*")]
    return [one for one in found if one.name.split("-")[1] in map(str, pids)]


def walked(terminal: Terminal, steps: tuple[tuple[str, ...], ...]) -> None:
    for number, words in enumerate(steps):
        if number % 2:
            terminal.press(*words)
        else:
            terminal.wait(*words, seconds=60)


@pytest.mark.parametrize("name", WALKS)
def test_nothing_stays_of_a_wizard_whose_terminal_is_closed(home: Home, name: str) -> None:
    walked(home.start("C.UTF-8"), WALKS[name])
    pids = wizards(home)
    assert pids
    if name == "typed":
        assert laid(pids)
    began = time.monotonic()
    home.terminal.kill()
    # Two seconds are promised; more only because other tests take the processors.
    while (left := wizards(home)) and time.monotonic() - began < 30:
        time.sleep(0.02)
        pids |= left
    print(f"{name}: {time.monotonic() - began:.2f} s, {len(pids)} processes")
    assert not left
    assert not laid(pids)
