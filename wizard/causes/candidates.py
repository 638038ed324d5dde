"""How a cause is found: candidates in the order of how sure they are, each with what must be said and be so.

A candidate counts only where two things agree: what a program said, and what is on the host now. So an old line of a
log accuses nobody, nor does one word of a message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from wizard.base.keys import file_key
from wizard.base.rendering import hash_of
from wizard.base.values import Value
from wizard.findings.finding import Cause, Remedy
from wizard.host.files import Content
from wizard.host.reading import Host
from wizard.host.records import WrittenAt

Diagnosis = tuple[Cause, "Remedy | None"]


class Candidate(Value):
    """A cause: its id, the words of a program that speak for it, and what must be so on the host, which gives
    the words and the remedy; None where it is not so."""

    id: str
    said: str
    holds: Callable[[Host, re.Match[str]], tuple[str, Remedy | None] | None]


def choose(candidates: Sequence[Candidate], host: Host, said: str) -> Diagnosis | None:
    """The first candidate whose words were said, the newest of them first, and that holds on the host."""
    for one in candidates:
        for found in reversed(list(re.finditer(one.said, said, re.MULTILINE))):
            if held := one.holds(host, found):
                return Cause(one.id, held[0]), held[1]
    return None


def file_step(host: Host, path: str) -> str:
    """The key of the step that writes that file, where Jalon wrote it; otherwise nothing."""
    written = host.read(WrittenAt(path))
    return file_key(path) if getattr(written, "last", "") else ""


def edited(host: Host, path: str) -> bool:
    """Whether a file that Jalon wrote is another now."""
    written, data = host.read(WrittenAt(path)), host.read(Content(path))
    last = getattr(written, "last", "")
    return bool(last) and (hash_of(data) if isinstance(data, bytes) else "") != last
