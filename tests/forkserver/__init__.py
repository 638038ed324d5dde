"""Starting `python -m MODULE` without its imports: each process is forked from an interpreter that has made them.

The process is a real one, with its own arguments, environment, folder, streams, signals and exit status; only the
imports are shared. What a test says of the start of an interpreter needs a fresh one: `fresh`.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENT = Path(__file__).with_name("client.py")
# What an interpreter looks at when it starts, and never again.
AT_START = ("LC_", "LANG", "PYTHON")
FRESH = "JALON_TEST_FRESH"
"""Set, every process is an interpreter of its own."""


def fresh(module: str) -> list[str]:
    """The words that start a module in an interpreter of its own."""
    return [sys.executable, "-m", module]


def forked(module: str, env: Mapping[str, str] | None = None) -> list[str]:
    """The words that start a module, forked from an interpreter that was started with these variables (ours)."""
    if os.environ.get(FRESH):
        return fresh(module)
    settings = os.environ if env is None else env
    at_start = {name: value for name, value in settings.items() if name.startswith(AT_START)}
    return [sys.executable, "-I", "-S", str(CLIENT), _server(tuple(sorted(at_start.items()))), module]


@cache
def _server(at_start: tuple[tuple[str, str], ...]) -> str:
    """Starts a server; returns the path of its socket. It ends with this process."""
    folder = tempfile.mkdtemp(prefix="jalon-fork-")
    path = f"{folder}/socket"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.forkserver.server", path],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), **dict(at_start)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    ready = child.stdout.readline()
    child.stdout.close()

    def end() -> None:
        assert child.stdin is not None
        child.stdin.close()
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    assert ready == b"ready\n", "the server of forks did not start"
    return path
