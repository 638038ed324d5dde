"""Which processes have sockets open, found within a bounded time, whatever others have open."""

from __future__ import annotations

import time
from collections.abc import Iterable

from wizard.base.patterns import pattern
from wizard.host import opening

SECONDS = 2.0
# Of a process, looked at before those of all others; whoever serves has what it listens on among its first.
FIRST, MOST = 256, 2**20
SOCKET = pattern(r"socket:\[([0-9]+)\]")


def holders(inodes: Iterable[int], seconds: float = SECONDS) -> dict[int, int]:
    """Return the process that has each of these sockets open, the one with the lowest number of several; those are left
    out of which none is found in that time."""
    until, left = time.monotonic() + seconds, set(inodes)
    found: dict[int, int] = {}
    pids = sorted(int(name) for name in opening.names("/proc", MOST) if name.isdecimal()) if left else []
    for most in (FIRST, MOST):
        more: list[int] = []
        for pid in pids:
            if not left or time.monotonic() > until:
                return found
            try:
                links, whole = opening.made_up_links(f"/proc/{pid}/fd", most)
            except OSError:  # it has ended, or is somebody else's
                continue
            there = left & {int(one[1]) for one in map(SOCKET.fullmatch, links) if one}
            found.update(dict.fromkeys(there, pid))
            left -= there
            if not whole:
                more.append(pid)
        pids = more
    return found
