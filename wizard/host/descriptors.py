"""The way to an entry by descriptors: what was looked at is what is passed, whatever others put in its place."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable

from wizard.host.owners import MOST_LINKS, parts

_AT = os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW
Check = Callable[[os.stat_result, os.stat_result, str, bool], None]
"""Looks at a component before it is passed, and raises `OSError` for one that may not be: its status, that of the
folder it is in, the path of that folder's descriptor, and whether it is the last."""


def walk(path: str, check: Check, *, follow: bool = True) -> tuple[int, os.stat_result]:
    """Return a descriptor (`O_PATH`) of what a path leads to, and its status. Links on the way are followed; one at its
    end with `follow`. Raises `OSError`, as `check` does."""
    here, links = os.open("/", _AT), 0
    left = parts(path if path.startswith("/") else os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118
    above = os.fstat(here)
    try:
        while left:
            name = left.pop()
            there = os.open(name, _AT, dir_fd=here)
            try:
                found, last = os.fstat(there), not left
                check(found, above, f"/proc/self/fd/{here}", last)
                leads = os.readlink("", dir_fd=there) if stat.S_ISLNK(found.st_mode) and (follow or not last) else None
            except BaseException:
                os.close(there)
                raise
            if leads is None:
                os.close(here)
                here, above = there, found
                continue
            os.close(there)
            links += 1
            if links > MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            left += parts(leads)
            if leads.startswith("/"):
                os.close(here)
                here = os.open("/", _AT)
                above = os.fstat(here)
        return here, above
    except BaseException as error:
        os.close(here)
        if isinstance(error, OSError):
            error.filename = path
        raise
