"""What root left in a user's folder: which entry bars the way, and the commands that give it back."""

from __future__ import annotations

from pathlib import PurePosixPath

from wizard.findings.words import command
from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host, Unknown


def barring(host: Host, path: str) -> tuple[str, Entry] | None:
    """Return a path with its entry, or its folder's where not even the owner of all above may look into that; None if
    neither is there."""
    entry: Entry | Unknown | None = host.read(EntryAt(path))
    if isinstance(entry, Unknown):
        path = str(PurePosixPath(path).parent)
        entry = host.read(EntryAt(path))
    return (path, entry) if isinstance(entry, Entry) else None


def give_back(path: str, bars: str, user: str) -> tuple[str, ...]:
    """Return the commands that give a path to a user, after the folder that `bars` the way to it."""
    return tuple(command("chown", "-h", f"{user}:{user}", one) for one in dict.fromkeys((bars, path)))
