"""Where the made-up guides lie, and places where Jalon trusts a guide."""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree

from tests.forkserver import ROOT
from wizard.guides.trust import untrusted

GUIDES = ROOT / "tests/guides"


def own_folder() -> Path:
    """A new folder that we and root alone may write, all the way up: the usual one for tests lies where all may."""
    base = "/run" if os.geteuid() == 0 else str(Path.home())
    made = Path(tempfile.mkdtemp(prefix="jalon-test-", dir=base))
    made.chmod(0o755)
    return made


@cache
def made_up_guides() -> Path:
    """The folder with the made-up guides: that of the checkout, or a copy where others may write the checkout."""
    return GUIDES if untrusted(GUIDES) is None else _copied()


def _copied() -> Path:
    place = own_folder()
    atexit.register(rmtree, place)
    copytree(GUIDES, place / "guides", copy_function=_copy)
    for folder, _folders, _files in os.walk(place):
        Path(folder).chmod(0o755)
    return place / "guides"


def _copy(source: str, target: str) -> None:
    Path(target).write_bytes(Path(source).read_bytes())
    Path(target).chmod(0o644)
