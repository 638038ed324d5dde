"""What stops a run for a reason that a person can do something about, as exceptions that carry their words."""

from __future__ import annotations

import errno

from wizard.base.language import _


class Refused(Exception):
    """What was asked for cannot be done as it was asked for. `lines` say why, and what to do; each is a sentence.

    Which exit status that makes is known to the command line alone (`wizard.commands.status`).
    """

    def __init__(self, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines


class BadData(Refused):
    """Answers, or a file of the state, that cannot be used as they are."""


class NotFound(Refused):
    """What was looked for on this host is not there."""


class NotWritable(Refused):
    """A place that must not be written to."""


class Busy(Refused):
    """Another run is changing the same instance."""


class NeedsRoot(Refused):
    """Only root may do that."""


class Unusable(Refused):
    """A guide from outside that is broken, or that we do not trust."""


def describe_os_error(error: OSError) -> tuple[str, str]:
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
