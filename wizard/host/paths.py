"""Ways to a path, by what was read of it: where links lead, and which folder bars somebody."""

from __future__ import annotations

import os.path
from pathlib import PurePosixPath

from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host
from wizard.host.users import Account

MOST_LINKS = 20


def resolve_symlinks(host: Host, path: str) -> tuple[str, Entry | None]:
    """Where a path ends once links are followed, and what stands there; None where they lead to nothing."""
    for _ in range(MOST_LINKS):
        entry = host.get(EntryAt(path))
        if entry is None or entry.kind != "link":
            return path, entry
        path = os.path.normpath(PurePosixPath(path).parent / entry.target)
    return path, None


def first_closed_folder(host: Host, path: str, user: str) -> str:
    """The first folder on the way to a path that this user may not pass, or "" where none is seen.

    A folder of which nothing is read is taken to be open: what is not seen is not accused.
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
