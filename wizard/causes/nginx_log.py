"""Parse nginx's error log: what failed, errno and path. Whoever asks for a page writes part of a line, and whole lines
where nginx names a file by an address with a line end in it (`%0A`)."""

from __future__ import annotations

import time
from collections.abc import Sequence

from wizard.base.patterns import pattern
from wizard.base.quote import Quote
from wizard.base.values import Value

# Where the process, the thread and the connection end, and where the request's own words begin.
LINE = pattern(
    r"\[(?:error|crit|alert|emerg)\] (?:[0-9]{1,9}#[0-9]{1,9}: )?(?:\*[0-9]{1,19} )?"
    r"(?P<said>.*?)(?:, (?:client|server|request): |$)"
)
REASON = pattern(r"\((?P<errno>[0-9]{1,6}): (?P<words>[^)]+)\)")
# `connect() to` a socket; `open()`, `openat()`, `stat()` and the like of a file; a file that is forbidden or not found.
CONNECT = pattern(r"connect\(\) (?:to unix:(?P<socket>\S+?) )?failed ")
FILE = pattern(r"[a-z_]+\(\) \"(?P<path>[^\"]+)\" failed |\"(?P<named>[^\"]+)\" is (?:forbidden|not found) \(")
MOST_WORDS = 200
# The moment of a line, in local time; and how far from now, in seconds, that of a request is which was just answered.
STAMP = pattern(r"[0-9]{4}/[01][0-9]/[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]")
JUST_NOW = 2.0
# Characters from which on a log may have had more than is read of it (`LogTail`), and how many of its lines, one
# in so many at least, bear the stamp of that moment where somebody has filled all of it since.
FULL, ONE_IN = 60_000, 10


class Refusal(Value):
    """What nginx says failed: errno with its text, or 0 with nginx's own words, and the path of the socket or file, if
    the line names one. `upstream`: it failed with the application, `connecting` while it was not reached yet."""

    errno: int
    words: Quote
    path: Quote
    upstream: bool
    connecting: bool = False

    def says(self) -> str:
        """The words, with errno if there is one."""
        return f"{self.words} (errno {self.errno})" if self.errno else str(self.words)


def newest(
    lines: Sequence[str], *, request: str = "", socket: str = "", upstream: bool = False, now: float = 0.0
) -> Refusal | None:
    """Return the newest failure for that request path or upstream socket, with `upstream` only of those met with the
    application; None if the log has none. A line whose words are not known is one too: an older one says nothing.

    Whoever writes lines into the log can take none out of it: of a request that was answered `now`, the true line is
    there. So where those of that moment say different things, None is returned: any of them may be made up. It is
    returned too where so much was written since that the true line may be further back than is read.
    """
    wanted = f'request: "GET {request} ' if request else f"unix:{socket}:"
    of_now: list[Refusal] = []
    before: Refusal | None = None
    for line in reversed(lines):
        # A failure to connect names the socket a second time, where nothing follows it.
        if wanted not in line and not (socket and f"unix:{socket} failed " in line):
            continue
        found = _refusal(line)
        if not found or (upstream and not found.upstream) or (socket and _of_another(found, socket)):
            continue
        if _is_of(line, now):
            of_now.append(found)
        else:
            before = before or found
    if any(one != of_now[0] for one in of_now) or _flooded(lines, now):
        return None
    return of_now[0] if of_now else before


def _flooded(lines: Sequence[str], now: float) -> bool:
    return sum(map(len, lines)) > FULL and sum(_is_of(line, now) for line in lines) * ONE_IN >= len(lines)


def _is_of(line: str, now: float) -> bool:
    stamp = STAMP.match(line)
    try:
        moment = time.mktime(time.strptime(stamp[0], "%Y/%m/%d %H:%M:%S")) if stamp and now else 0.0
    except (ValueError, OverflowError):
        return False
    return bool(now) and abs(moment - now) <= JUST_NOW


def _refusal(line: str) -> Refusal | None:
    found = LINE.search(line)
    if not found:
        return None
    said = found["said"]
    reason, connect, file = REASON.search(said), CONNECT.match(said), FILE.match(said)
    path = (connect and connect["socket"]) or (file and (file["path"] or file["named"])) or ""
    words = reason["words"] if reason and (connect or file) else said[:MOST_WORDS]
    upstream = bool(connect) or (not file and " upstream" in said) or said.startswith("upstream ")
    errno = int(reason["errno"]) if reason else 0
    return Refusal(errno, Quote(words), Quote(path), upstream, bool(connect))


def _of_another(found: Refusal, socket: str) -> bool:
    return found.connecting and not found.path.same(socket)
