"""A file that is about to be replaced, read with the rights of whoever may replace it too."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from wizard.acting.as_owner import as_owner
from wizard.host import opening
from wizard.host.owners import owner_of

MOST = 32 * 2**20  # bytes that are kept of one file
DEADLINE = 30.0


def read_foreign(path: str) -> bytes:
    """Return the bytes of a regular file of at most 32 MiB, which is no link: as root, read by a child that became the
    owner of the first part of the path that is not root's. Raises `OSError`, of which `opening.Refused` has a
    sentence."""
    owner = owner_of(path, follow=False) if os.geteuid() == 0 else None
    if owner is None:
        return _read(path)
    return as_owner(owner, path, lambda: _read(path), DEADLINE)


def _read(path: str) -> bytes:
    if stat.S_ISLNK(opening.status(Path(path), follow=False).st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return opening.read(path, MOST)
