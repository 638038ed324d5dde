"""Exit statuses: the command line's promise, after sysexits.h where it has a word for it."""

from __future__ import annotations

OK = 0
RED = 1
PENDING = 2
USAGE = 64
BAD_ANSWERS = 65
LOCKED = 75
NEEDS_ROOT = 77
INTERRUPTED = 130


class Stop(Exception):
    """A command ends here: its exit status, and what it tells the person, each line a sentence."""

    def __init__(self, status: int, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.status = status
        self.lines = lines
