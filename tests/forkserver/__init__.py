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
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from socket import AF_UNIX
from socket import socket as Socket
from tempfile import TemporaryFile

from tests.forkserver import client

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
    return [sys.executable, "-I", "-S", str(CLIENT), _server_for(os.environ if env is None else env), module]


def _server_for(env: Mapping[str, str]) -> str:
    """The socket of the server that was started with these variables (ours)."""
    return _server(tuple(sorted((name, value) for name, value in env.items() if name.startswith(AT_START))))


def ran(
    module: str, words: Sequence[str], env: Mapping[str, str], said: bytes = b"", patience: float = 300.0
) -> subprocess.CompletedProcess[bytes]:
    """Runs a module to its end in the folder of the checkout, forked, and heard by no process between: what it writes
    goes to files. `said` is what it reads; `patience` is in seconds."""
    if os.environ.get(FRESH):
        argv = [*fresh(module), *words]
        return subprocess.run(
            argv, env=env, cwd=ROOT, input=said or b"", capture_output=True, timeout=patience, check=False
        )
    with TemporaryFile() as heard, TemporaryFile() as complained, TemporaryFile() as given, Socket(AF_UNIX) as server:
        given.write(said)
        given.seek(0)
        server.settimeout(patience)
        server.connect(_server_for(env))
        settings = {os.fsencode(name): os.fsencode(value) for name, value in env.items()}
        request = client.asked([module, *words], os.fsencode(ROOT), settings)
        client.send(server, request, [one.fileno() for one in (given, heard, complained)])
        code = client.ended(server)
        assert code is not None, "the server of forks is gone"
        heard.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess([module, *words], code, heard.read(), complained.read())


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
