"""Parse nginx's error log: what failed, errno and path. Whoever asks for a page writes part of a line, and whole lines
where nginx names a file by an address with a line end in it (`%0A`)."""

from __future__ import annotations

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
    lines: Sequence[str], *, request: str = "", socket: str = "", upstream: bool = False, mark: str = ""
) -> Refusal | None:
    """Return the newest failure for that request path or upstream socket, with `upstream` only of those met with the
    application; None if the log has none. A line whose words are not known is one too: an older one says nothing.

    With the `mark` of a request (`Response`), only lines of that request count. Who wrote a line that bears it without
    having been asked, as the application may, takes no true one out of the log: where they say different things, None
    is returned.
    """
    wanted = f'request: "GET {request} ' if request else f"unix:{socket}:"
    found: Refusal | None = None
    for line in reversed(lines):
        # A failure to connect names the socket a second time, where nothing follows it.
        if mark not in line or (wanted not in line and not (socket and f"unix:{socket} failed " in line)):
            continue
        said = _refusal(line)
        if not said or (upstream and not said.upstream) or (socket and _of_another(said, socket)):
            continue
        if not mark:
            return said
        if found and said != found:
            return None
        found = said
    return found


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
