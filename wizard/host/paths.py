"""Resolve links and check access along a path, from readings."""

from __future__ import annotations

import os.path
from pathlib import PurePosixPath

from wizard.host.files import Entry, EntryAt
from wizard.host.owners import MOST_LINKS
from wizard.host.reading import Host
from wizard.host.users import Account


def resolve_symlinks(host: Host, path: str) -> tuple[str, Entry | None]:
    """Follow links; return the final path with its entry, None for a dangling link."""
    for _ in range(MOST_LINKS):
        entry = host.get(EntryAt(path))
        if entry is None or entry.kind != "link":
            return path, entry
        path = os.path.normpath(PurePosixPath(path).parent / entry.target)
    return path, None


def first_closed_folder(host: Host, path: str, user: str) -> str:
    """Return the first parent folder of a path that this user may not traverse; "" if there is none.

    Folders that cannot be read are taken to be open, to avoid false accusations.
    """
    account = host.get(Account(user))
    if account is None or account.uid == 0:
        return ""
    for folder in reversed(PurePosixPath(path).parents):
        _place, entry = resolve_symlinks(host, str(folder))
        if entry is None or entry.kind != "directory":
            continue
        bit = 0o100 if entry.owner == user else 0o010 if entry.group in account.groups else 0o001
        if not entry.mode & bit:
            return str(folder)
    return ""
