"""Exceptions for errors that the user can act on; each carries the lines to print."""

from __future__ import annotations

import errno

from wizard.base.language import _
from wizard.base.system_words import os_words


class Refused(Exception):
    """A request cannot be carried out as made. `lines` are sentences: the reason first, then what to do.

    The exit status for each class is chosen by the command line (`wizard.commands.status`).
    """

    def __init__(self, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines


class BadData(Refused):
    """Answers or a state file are invalid."""


class NotFound(Refused):
    """Something that the command needs does not exist on this host."""


class NotWritable(Refused):
    """The destination must not be written to."""


class Busy(Refused):
    """Another run holds the lock of this instance."""


class NeedsRoot(Refused):
    """The operation requires root."""


class NotOurs(Refused):
    """Somebody else may change what would be obeyed; `owner` is the user to whom it belongs, "" if that does not
    help."""

    def __init__(self, *lines: str, owner: str = "") -> None:
        super().__init__(*lines)
        self.owner = owner


class Unusable(Refused):
    """A guide from outside is broken or not trusted."""


def describe_os_error(error: OSError) -> tuple[str, str]:
    """Return the error's text, prefixed with its file name if it has one, and a remedy ("" if none is known)."""
    remedies = {
        errno.EACCES: _("run it again as a user who may, or with sudo"),
        errno.EPERM: _("run it again as a user who may, or with sudo"),
        errno.ENOSPC: _("free some room on its disk, then run this again"),
        errno.EDQUOT: _("free some room in its quota, then run this again"),
        errno.EROFS: _("make its file system writable, then run this again"),
        errno.ENOTDIR: _("a file stands where a folder should be: move it away, or choose another folder"),
    }
    what = os_words(error)
    return f"{error.filename}: {what}" if error.filename else what, remedies.get(error.errno or 0, "")
