"""Runs the command line as a child, the way a person does: with its own environment, streams and user."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

import pytest

from tests.forkserver import ROOT, forked, fresh, ran
from tests.unit.guide_folders import made_up_guides

BENT = "tests.unit.madeup"


def environment(**more: str | None) -> dict[str, str]:
    """A small environment in English; None takes a variable away."""
    base: dict[str, str | None] = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }
    return {name: value for name, value in {**base, **more}.items() if value is not None}


def made_up(env: Mapping[str, str] | None = None, *, alone: bool = False) -> list[str]:
    """The words that start `jalon` with the made-up guides, forked or (`alone`) in an interpreter of its own."""
    return [*(fresh(BENT) if alone else forked(BENT, env)), "--guides", str(made_up_guides())]


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
    said = (input or "").encode()
    module, argv = (BENT, ["--guides", str(made_up_guides()), *words]) if madeup else ("wizard", [*words])
    if become or shell:
        argv = [*become, *fresh(module), *argv]
        if shell:
            argv = ["bash", "-c", shell, "bash", *argv]
        done = subprocess.run(argv, env=settings, cwd=ROOT, input=said, capture_output=True, timeout=300, check=False)
    else:
        done = ran(module, argv, settings, said)
    out, err = done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="surrogateescape")
    assert "Traceback" not in err and "fault of Jalon's own" not in err, err
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
