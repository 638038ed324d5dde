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
