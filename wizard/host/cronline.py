"""Lines of a crontab: what they run, and when."""

from __future__ import annotations

import re

from wizard.base.values import Value, field
from wizard.host.crontable import DAYS, MONTHS, WORDS, split

NAMES = {
    **{name: str(number) for number, name in enumerate(DAYS[:7])},
    **{name: str(number) for number, name in enumerate(MONTHS, start=1)},
}
# Of a line. cron takes commands of up to 998 characters (`MAX_COMMAND` of its cron.h).
LONGEST = 2000


class Job(Value):
    """A line that runs something: its five fields (or `@reboot`) and command; `off`: commented out; `line`: as it
    was typed."""

    schedule: str
    command: str
    off: bool = False
    line: str = field(default="", compare=False)


def parse_cron_line(line: str) -> Job | None:
    """The job of a line, commented out or not; None for blanks, settings, plain comments, what cron does not understand
    and what is too long for it to run."""
    if len(line) > LONGEST:
        return None
    schedule, rest, said = split(line.lstrip().lstrip("#").strip())
    if said or not rest:
        return None
    return Job(_schedule(schedule), _command(rest), line.lstrip().startswith("#"), line)


def _schedule(text: str) -> str:
    """Normalise the time fields: numbers for names, no leading zeros."""
    # Blanks of other kinds than cron's are a part of a field.
    fields = WORDS.get(text, text).lower().split(" ")
    plain = (re.sub(r"[a-z]{3,}", lambda name: NAMES.get(name[0], name[0]), field) for field in fields)
    return " ".join("*" if field == "*/1" else re.sub(r"\b0+(?=\d)", "", field) for field in plain)


def _command(text: str) -> str:
    """Return the part passed to the shell: up to the first unescaped percent sign (crontab(5))."""
    return re.sub(r"(?<!\\)%.*", "", text).replace("\\%", "%").strip()


def is_cut(job: Job) -> bool:
    """Whether a percent sign that was not escaped ends the command within quotes or a substitution, so that the shell
    refuses it."""
    return re.search(r"(?<!\\)%", job.line) is not None and is_open(job.command)


def is_open(command: str) -> bool:
    """Whether a command ends within quotes or a substitution."""
    return closed_part(command) != command


def closed_part(command: str) -> str:
    """Return a command as far as the quote or substitution that it ends in; all of it where there is none."""
    inside: list[str] = []
    opened = index = 0
    while index < len(command):
        mark = command[index]
        last = inside[-1] if inside else ""
        if mark == "\\" and last != "'":
            index += 1
        elif mark == last:
            inside.pop()
        elif opens := _opens(command, index, last):
            opened = opened if inside else index
            inside.append(opens)
            index += opens == ")"
        index += 1
    return command[:opened] if inside else command


def _opens(command: str, index: int, last: str) -> str:
    """What closes the quote or substitution that begins there; "" where none does."""
    mark = command[index]
    if last == "'":
        return ""
    if command.startswith("$(", index):
        return ")"
    return mark if mark in '`"' or (mark == "'" and last != '"') else ""
