"""Whether a folder that an answer names may become the instance's: nobody else's, and with nothing else in it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from wizard.base.excerpt import excerpt
from wizard.base.language import _
from wizard.host.files import Entry, EntryAt, Listing
from wizard.host.owners import MOST_LINKS
from wizard.host.reading import Host, Unknown
from wizard.steps.step import Blocked


def need_vacant(host: Host, path: str, owner: str, holds: str, *, ours: bool) -> None:
    """Raises `Blocked` where a folder above the path is not root's alone, or the folder itself is there and is not
    `owner`'s, or holds other names than those that match the regular expression `holds`; `ours`: Jalon made it, and
    may look after what is in it."""
    *above, last = _way(host, path)
    for place, entry in above:
        if entry is None:
            return
        if entry.owner != "root":
            why = _("{path} would lie in {above}, which belongs to {owner}: it would not be root's own")
            raise _elsewhere(why.format(path=path, above=place, owner=entry.owner))
        if entry.kind == "directory" and entry.mode & 0o022 and not entry.mode & 0o1000:
            why = _("{path} would lie in {above}, which others may write: they could put another in its place")
            raise _elsewhere(why.format(path=path, above=place))
    place, entry = last
    if entry is None or ours:
        return
    if entry.owner != owner:
        why = _("{path} is there and belongs to {owner}: it is not taken from them")
        raise _elsewhere(why.format(path=place, owner=entry.owner))
    names = host.get(Listing(place)) if entry.kind == "directory" else None
    other = next((name for name in names or () if not re.fullmatch(holds, name)), None)
    if other is not None:
        why = _("{path} is there and holds other things ({name}): its mode would keep others from them")
        raise _elsewhere(why.format(path=place, name=excerpt(other)))


def _way(host: Host, path: str) -> Iterator[tuple[str, Entry | None]]:
    """All that is passed on the way to a path, links and what they lead to included; the path itself last."""
    here, links = "/", 0
    left = [part for part in reversed(path.split("/")) if part]
    yield here, _entry(host, here)
    while left:
        here = posixpath.normpath(posixpath.join(here, left.pop()))
        entry = _entry(host, here)
        yield here, entry
        if entry is not None and entry.kind == "link" and links < MOST_LINKS:
            links += 1
            left += [part for part in reversed(entry.target.split("/")) if part]
            here = "/" if entry.target.startswith("/") else posixpath.dirname(here)


def _entry(host: Host, path: str) -> Entry | None:
    found = host.get_planned(EntryAt(path))
    return None if isinstance(found, Unknown) else found


def _elsewhere(why: str) -> Blocked:
    return Blocked(why, _("choose an empty folder in one of root's, such as /srv, or one that is not there"))
