"""Resolve links along a path, from readings."""

from __future__ import annotations

import os.path
from pathlib import PurePosixPath

from wizard.host.files import Entry, EntryAt
from wizard.host.owners import MOST_LINKS
from wizard.host.reading import Host


def resolve_symlinks(host: Host, path: str) -> tuple[str, Entry | None]:
    """Follow links; return the final path with its entry, None for a dangling link."""
    for _ in range(MOST_LINKS):
        entry = host.get(EntryAt(path))
        if entry is None or entry.kind != "link":
            return path, entry
        path = os.path.normpath(PurePosixPath(path).parent / entry.target)
    return path, None
