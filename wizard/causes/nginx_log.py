"""What nginx's error log says of one request: the errno, what it tried, and on which path."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wizard.base.values import Value

TRIED = re.compile(
    r"(?:connect\(\) to unix:(?P<socket>\S+?)|"
    r"open\(\) \"(?P<file>[^\"]+)\"|\"(?P<index>[^\"]+)\" is forbidden)"
    r"(?: failed)? \((?P<errno>\d+): (?P<words>[^)]+)\)"
)


class Refusal(Value):
    """One line: the errno with its words, and the socket or file that could not be had."""

    errno: int
    words: str
    path: str
    upstream: bool


def newest(lines: Iterable[str], *, request: str = "", socket: str = "") -> Refusal | None:
    """The newest line about that request's path or that upstream socket; None where the log says nothing."""
    wanted = f'request: "GET {request} ' if request else f"unix:{socket}"
    for line in reversed(tuple(lines)):
        found = TRIED.search(line)
        if not found or wanted not in line or (socket and found["socket"] != socket):
            continue
        path = found["socket"] or found["file"] or found["index"]
        return Refusal(int(found["errno"]), found["words"], path, upstream=bool(found["socket"]))
    return None
