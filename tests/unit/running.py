"""Runs the command line as a child, the way a person does: with its own environment, streams and user."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

import pytest

from tests.forkserver import ROOT, forked, fresh

MADEUP = "tests.unit.madeup"


def environment(**more: str | None) -> dict[str, str]:
    """A small environment in English; None takes a variable away."""
    base: dict[str, str | None] = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }
    return {name: value for name, value in {**base, **more}.items() if value is not None}


def jalon(
    *words: str,
    madeup: bool = True,
    root: bool = False,
    env: Mapping[str, str | None] | None = None,
    input: str | None = None,
    become: Sequence[str] = (),
    shell: str = "",
) -> subprocess.CompletedProcess[str]:
    """Runs `jalon` with these words, of the made-up guide or the real ones.

    `root`: changing needs none. `become`: words before the interpreter's. `shell`: a script that runs "$@". With one of
    these two the interpreter is started afresh, else forked from one that was started with the same locale.
    """
    settings = environment(**{"MADEUP_ROOT": "1" if root else None, **(env or {})})
    module = MADEUP if madeup else "wizard"
    argv = [*become, *fresh(module), *words] if become or shell else [*forked(module, settings), *words]
    if shell:
        argv = ["bash", "-c", shell, "bash", *argv]
    done = subprocess.run(
        argv,
        env=settings,
        cwd=ROOT,
        input=None if input is None else input.encode(),
        stdin=subprocess.DEVNULL if input is None else None,
        capture_output=True,
        timeout=300,
        check=False,
    )
    out, err = done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="surrogateescape")
    assert "Traceback" not in err, err
    assert "Exception ignored" not in err, err
    return subprocess.CompletedProcess(argv, done.returncode, out, err)


def nobody() -> tuple[str, ...]:
    """Words that make the rest run as a user who may change nothing; nothing where we are none of the mighty.

    Reading stays allowed: the interpreter may lie in root's own home.
    """
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("the command setpriv is missing")
    reading = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
    bounds = "--bounding-set=-all,+dac_read_search"
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *reading, bounds, "--")
