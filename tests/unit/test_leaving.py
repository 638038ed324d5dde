"""The end of the program: as Python's own, but for what takes time and is of no use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAYS = """
import atexit, sys, threading, time
sys.path.insert(0, {root!r})
from wizard.cli import leave
atexit.register(lambda: print('at the end'))
{more}
print('said')
leave(3)
"""
THREAD = "threading.Thread(target=lambda: (time.sleep(0.2), print('waited for'))).start()"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("", ["said", "at the end"]),
        ("sys.modules['textual'] = threading", ["said", "at the end"]),
        (THREAD, ["said", "waited for", "at the end"]),
    ],
)
def test_all_that_was_to_be_said_is_said(more: str, says: list[str]) -> None:
    words = [sys.executable, "-I", "-c", SAYS.format(root=str(ROOT), more=more)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (3, says, "")


def test_what_cannot_be_said_is_told() -> None:
    words = [sys.executable, "-I", "-c", SAYS.format(root=str(ROOT), more="")]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 120 and "No space left" in done.stderr
