"""Exit statuses: the command line's promise, after sysexits.h where it has a word for it."""

from __future__ import annotations

import errno

from wizard.base.language import _

OK = 0
RED = 1
PENDING = 2
USAGE = 64
BAD_ANSWERS = 65
CANNOT_WRITE = 74
LOCKED = 75
NEEDS_ROOT = 77
INTERRUPTED = 130
# What a shell says of a program that SIGPIPE ended: whoever read us had heard enough.
UNHEARD = 141


class Stop(Exception):
    """A command ends here: its exit status, and what it tells the person, each line a sentence."""

    def __init__(self, status: int, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.status = status
        self.lines = lines


def in_words(error: OSError) -> tuple[str, str]:
    """What the system refused, with the file it is about, and what to do; "" where only the first is known."""
    remedies = {
        errno.EACCES: _("run it again as a user who may, or with sudo"),
        errno.EPERM: _("run it again as a user who may, or with sudo"),
        errno.ENOSPC: _("free some room on its disk, then run this again"),
        errno.EDQUOT: _("free some room in its quota, then run this again"),
        errno.EROFS: _("make its file system writable, then run this again"),
        errno.ENOTDIR: _("a file stands where a folder should be: move it away, or choose another folder"),
    }
    what = error.strerror or str(error)
    return f"{error.filename}: {what}" if error.filename else what, remedies.get(error.errno or 0, "")
