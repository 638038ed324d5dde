"""Where the machines and their caches live, and the locks that keep parallel runs apart."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN = Path("/run/jalon-tests")
"""What must vanish with the host's own reboot: which machines live, on which network."""


class MachineError(RuntimeError):
    """A machine cannot be had, or a command in it failed; the message says which and ends with its output."""


def cache() -> Path:
    """Outside the repository, so that a new clone finds the bases and layers of the last one."""
    return Path(os.environ.get("JALON_TEST_CACHE") or "/var/tmp/jalon-tests")


def checked_name(name: str) -> str:
    """A machine's or layer's name, unchanged; MachineError where it would break a path or a mount option."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}", name):
        raise MachineError(f"{name!r} cannot name a machine or a layer: letters, digits, '.', '_' and '-' only")
    return name


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds an exclusive lock on `path`, waiting for it; a killed holder releases it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def quietly(*argv: str, timeout: float = 60) -> bool:
    """Runs a host command whose failure is an answer, not an error; True when it succeeded."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)
    return done.returncode == 0


def must(*argv: str, input: str | None = None, timeout: float = 120) -> str:
    """Runs a host command and returns its output; MachineError with what it said when it fails."""
    done = subprocess.run(argv, input=input or "", capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode != 0:
        raise MachineError(
            f"{' '.join(argv)}: exit status {done.returncode}: {(done.stderr or done.stdout).strip()[-600:]}"
        )
    return done.stdout
