"""Parse nginx's error log: errno and path of the failed operation. Whoever asks for a page writes part of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wizard.base.quote import Quote
from wizard.base.values import Value

TRIED = re.compile(
    r"(?:connect\(\) to unix:(?P<socket>\S+?)|"
    r"open(?:at)?\(\) \"(?P<file>[^\"]+)\"|\"(?P<index>[^\"]+)\" is forbidden)"
    r"(?: failed)? \((?P<errno>[0-9]{1,6}): (?P<words>[^)]+)\)"
)


class Refusal(Value):
    """A failed operation: errno with its text, and the path of the socket (`upstream`) or file."""

    errno: int
    words: Quote
    path: Quote
    upstream: bool


def newest(lines: Iterable[str], *, request: str = "", socket: str = "") -> Refusal | None:
    """Return the newest failure for that request path or upstream socket; None if the log has none."""
    wanted = f'request: "GET {request} ' if request else f"unix:{socket}"
    for line in reversed(tuple(lines)):
        found = TRIED.search(line)
        if not found or wanted not in line or (socket and found["socket"] != socket):
            continue
        path = found["socket"] or found["file"] or found["index"]
        return Refusal(int(found["errno"][:9]), Quote(found["words"]), Quote(path), upstream=bool(found["socket"]))
    return None
