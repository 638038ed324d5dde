"""Choose a cause among candidates, ordered from the most to the least certain.

A candidate counts only if both a program's message and the present state of the host support it, so that neither an old
log line nor a single word of a message is enough. A message chooses, and supplies nothing: see `Said`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wizard.base.keys import file_key
from wizard.base.rendering import hash_of
from wizard.base.values import Value
from wizard.findings.finding import Cause, Remedy
from wizard.host.files import Content
from wizard.host.reading import Host, NotKnown
from wizard.host.records import WrittenAt

if TYPE_CHECKING:
    from wizard.causes.said import Said

LONGEST = 2000
"""Characters of a line of a log: how long it takes to look for something grows with their square."""

Diagnosis = tuple[Cause, "Remedy | None"]


class Candidate(Value):
    """A possible cause: its id, a regular expression for the message, and a function that checks the host and returns
    the description and remedy, or None if the cause does not apply."""

    id: str
    said: str
    holds: Callable[[Host, Said], tuple[str, Remedy | None] | None]


def choose(candidates: Sequence[Candidate], host: Host, said: str) -> Diagnosis | None:
    """Return the first candidate that matches the messages, newest line first, and the host; None if none does."""
    from wizard.causes.said import Said

    said = "\n".join(line[:LONGEST] for line in said.split("\n"))
    for one in candidates:
        for found in reversed(list(re.finditer(one.said, said, re.MULTILINE))):
            try:
                held = one.holds(host, Said(found))
            except NotKnown:
                # What a message names may be anything at all, and need not be there to be looked at.
                continue
            if held:
                return Cause(one.id, held[0]), held[1]
    return None


def file_step(host: Host, path: str) -> str:
    """Return the key of the step that writes a file, if Jalon wrote it; otherwise ""."""
    written = host.read(WrittenAt(path))
    return file_key(path) if getattr(written, "last", "") else ""


def edited(host: Host, path: str) -> bool:
    """Whether a file was changed or removed since Jalon wrote it."""
    written, data = host.read(WrittenAt(path)), host.read(Content(path))
    last = getattr(written, "last", "")
    return bool(last) and (hash_of(data) if isinstance(data, bytes) else "") != last
