"""What a program said when it failed, without what says nothing of why."""

from __future__ import annotations

from wizard.base.lines import lines_of
from wizard.base.patterns import pattern

TRACEBACK = "Traceback (most recent call last):"
# What systemctl says of a unit of which it knows no more, pip's advertisements, and a service manager's own notices.
IDLE = pattern(
    r'^(?:See "systemctl status|Job for \S+ failed|\[notice\]|Requirement already satisfied'
    r"|During handling of the above exception|The above exception was the direct cause)"
)

# How git begins the line that says why, behind which it often says what to do about it in general.
GITS = ("fatal: ", "error: ")
# What git adds where another program has just said why: ssh, or the server.
NOT_READ = "Could not read from remote repository"
MOST = 3


class Folded:
    """Tells, line by line, which lines of a program's output to show: of a traceback only its last."""

    def __init__(self) -> None:
        self._within = False

    def shows(self, line: str) -> bool:
        """Whether to show the next line."""
        if line.strip() == TRACEBACK:
            self._within = True
            return False
        if self._within and line[:1].isspace():
            return False
        self._within = False
        return bool(line.strip()) and not IDLE.match(line.strip())


def last_words(output: str, most: int = 1) -> list[str]:
    """Return the last lines of a program's output that say why; where none does, its very last."""
    folded = Folded()
    lines = [line.strip() for line in lines_of(output) if line.strip()]
    telling = [line.strip() for line in lines_of(output) if folded.shows(line)]
    return (telling or lines)[-most:]


def git_words(output: str) -> list[str]:
    """Return the lines in which git says why it failed: the first that begins so, those of that kind right behind it,
    and the names of files that it announces; none where git says it nowhere."""
    lines = [line.rstrip() for line in lines_of(output.replace("\r", "\n")) if line.strip()]
    first = next((at for at, line in enumerate(lines) if line.startswith(GITS)), None)
    if first is None:
        return []
    end = first + 1
    while end < len(lines) and (lines[end].startswith(GITS) or (lines[first].endswith(":") and lines[end][0] == "\t")):
        end += 1
    # "Cloning into ..." is no reason.
    before = lines[first - 1] if NOT_READ in lines[first] and first and not lines[first - 1].endswith("...") else ""
    return [line.strip() for line in [before, *lines[first:end]] if line][:MOST]
