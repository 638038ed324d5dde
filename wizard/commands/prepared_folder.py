"""The folder in which files lie ready for typing: ours alone, and gone when nobody types any more."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from wizard.base.errors import NotWritable
from wizard.base.language import _
from wizard.outputs.text import say
from wizard.record.own import make_folder, need_own

SHELL = "shell"
"""The file in it that makes it one of ours."""
OF_A_WIZARD = re.compile(r"jalon-([0-9]+)-typed")
LATECOMER = 0.7
"""Seconds after which it is looked again, for a plan that was still laying files when nobody typed any more."""


def make_private(folder: Path) -> None:
    """Makes it, where it is not there. Raises `NotWritable` where others may enter it."""
    if not os.path.lexists(folder):
        make_folder(folder, 0o700)
    _check_private(folder)


def remove_prepared(folder: Path) -> None:
    """Removes one that holds prepared files. Raises `NotWritable` where others may enter it."""
    if folder.is_dir():
        _check_private(folder)
        if (folder / SHELL).is_file():
            shutil.rmtree(folder)


def remove_at_the_end(folder: Path) -> None:
    """Removes it once standard input has ended, however whoever held it came to an end, or a signal came; and before,
    those beside it whose wizard was killed. A line says when it waits."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ended)
    remove_left_behind(folder.parent)
    try:
        with suppress(BrokenPipeError):
            say("")
        with suppress(OSError):
            os.read(sys.stdin.fileno(), 1)
    finally:
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        remove_prepared(folder)
        time.sleep(LATECOMER)
        remove_prepared(folder)


def remove_left_behind(parent: Path) -> None:
    """Removes what wizards that do not run any more had laid there."""
    for left in parent.glob("jalon-*-typed"):
        if (named := OF_A_WIZARD.fullmatch(left.name)) and not Path("/proc", named[1]).exists():
            with suppress(OSError, NotWritable):
                remove_prepared(left)


def _ended(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _check_private(folder: Path) -> None:
    entry = folder.lstat()
    if entry.st_uid != os.geteuid() or folder.is_symlink() or entry.st_mode & 0o077:
        text = _("{path} is not a folder of ours alone: secrets are not laid there").format(path=folder)
        raise NotWritable(text, _("name another one, or none that is there already"))
    need_own(folder)
