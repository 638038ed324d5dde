"""What cron takes of a table's text: the grammar of Debian's cron 3.0pl1, which refuses a whole table for one line.

Checked against `crontab -n` and the running daemon of Debian 12. Where cron itself is lenient (`5-1`, `*/15x`), so is
this; what is not known for certain to be refused is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from wizard.base.patterns import pattern
from wizard.base.values import Value

WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
    "@reboot": "@reboot",
}
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# cron.h: MAX_COMMAND.
LONGEST_COMMAND = 998
# cron.h: MAX_TEMPSTR.
LONGEST_NUMBER = 1000
BLANKS = " \t"
BLANK = pattern("[ \t]")
PART = pattern(r"\*(?:/(?P<every>\w+))?|(?P<from>\w+)(?:-(?P<to>\w+)(?:/(?P<step>\w+))?)?", re.ASCII)
MARK = "\ufeff"


class Field(Value):
    """One of the five: its least and greatest value, and its names, the first of which is the least."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day-of-month", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("day-of-week", 0, 7, DAYS),
)
# A setting, as cron takes it: a name in one word or in quotes, and anything behind the sign, closed if it is quoted.
SETTING = pattern(r"""[ \t]*(?:"[^"]*"|'[^']*'|[^\s"'=][^\s=]*|)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|[^\s"'].*)[ \t\r]*""")


class BadLine(Value):
    """The first line for which cron refuses a table: its number, its text, and cron's own words, such as `bad hour`."""

    number: int
    text: str
    said: str


def ends(text: str) -> bool:
    """Whether cron takes the end of a table: a line feed behind all that is not blank and no comment."""
    last = text.rpartition("\n")[2].lstrip(BLANKS)
    return not last or last.startswith("#")


def bad_line(text: str, known: Callable[[str], bool] | None = None) -> BadLine | None:
    """Return the first line that cron refuses; None if there is none. `known` says whether there is such an account,
    for a table of the system, whose sixth field is one."""
    for number, line in enumerate(text.split("\n"), 1):
        said = _refusal(line, known)
        if said:
            return BadLine(number, line, said)
    return None


def _refusal(line: str, known: Callable[[str], bool] | None) -> str:
    bare = line.lstrip(BLANKS)
    if not bare or bare.startswith("#") or _assigns(bare):
        return ""
    _schedule, rest, said = split(bare)
    if said:
        return said
    if known:
        user, _space, rest = _word(rest)
        if not known(user):
            return "bad username"
    elif rest.startswith("*"):
        return "bad command"
    return "command too long" if len(rest.encode(errors="surrogateescape")) > LONGEST_COMMAND else ""


def _assigns(bare: str) -> bool:
    # Without the blanks around it no part of the pattern can give way to another: a line may be nothing but blanks.
    return SETTING.fullmatch(bare.rstrip(" \t\r")) is not None


@lru_cache(maxsize=512)
def split(line: str) -> tuple[str, str, str]:
    """Return the schedule, what follows it, and cron's own words where it refuses the schedule."""
    if line.startswith("@"):
        word, _space, rest = _word(line)
        return word, rest.lstrip(BLANKS), "" if word in WORDS else "bad time specifier"
    words, rest = [], line
    for field in FIELDS:
        word, _space, rest = _word(rest.lstrip(BLANKS))
        if numbers(word, field) is None:
            return "", "", f"bad {field.name}"
        words.append(word)
    return " ".join(words), rest.lstrip(BLANKS), ""


def _word(text: str) -> tuple[str, str, str]:
    """The text before the first blank, that blank, and the rest."""
    found = BLANK.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


@lru_cache(maxsize=512)
def numbers(word: str, field: Field) -> frozenset[int] | None:
    """Return the values that a field names, which may be none (`5-1`); None where cron refuses it."""
    if word == "-":
        return frozenset({field.least})
    found: set[int] = set()
    place = 0
    while True:
        part = PART.match(word, place)
        values = part and _values(part, field)
        if part is None or values is None:
            return None
        found.update(values)
        place = part.end()
        if word.startswith("/", place) or (word.startswith("-", place) and part["from"] and not part["to"]):
            return None
        if not word.startswith(",", place):
            # Whatever else is in the word, cron skips.
            return frozenset(found)
        place += 1


def _values(part: re.Match[str], field: Field) -> range | None:
    said = part["every"] or part["step"]
    step = _digits(said) if said else 1
    first = _number(part["from"], field) if part["from"] else field.least
    last = _number(part["to"], field) if part["to"] else first if part["from"] else field.most
    if not step or first is None or last is None:
        return None
    # A range says its ends without being gone through: `0-999999999` is anybody's to write.
    values = range(first, last + 1, step)
    return values if not values or (field.least <= values[0] and values[-1] <= field.most) else None


def _number(word: str, field: Field) -> int | None:
    if word.lower() in field.names:
        return field.names.index(word.lower()) + field.least
    return _digits(word)


def _digits(word: str) -> int | None:
    return int(word) if word.isdigit() and len(word) < LONGEST_NUMBER else None


def never(schedule: str) -> bool:
    """Whether no day or minute of any year fits a schedule; False for one that is not cron's, such as anacron's."""
    words = schedule.split(" ")
    if len(words) != len(FIELDS):
        return False
    found = [numbers(word, field) for word, field in zip(words, FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = (values or frozenset() for values in found)
    if not minutes or not hours or not months or not (days or weekdays):
        return True
    longest = max(31 if month in (1, 3, 5, 7, 8, 10, 12) else 29 if month == 2 else 30 for month in months)
    _minute, _hour, day, _month, weekday = words
    fits = any(value <= longest for value in days)
    # A day of the month and one of the week: either will do, unless one begins with a star.
    either = not day.startswith("*") and not weekday.startswith("*")
    return not (fits or bool(weekdays)) if either else not (fits and bool(weekdays))


def assigned(line: str) -> tuple[str, str] | None:
    """Return the name and the value, without quotes, of a line that assigns one."""
    bare = line.lstrip(BLANKS)
    if bare.startswith("#") or not _assigns(bare):
        return None
    name, _sign, value = (part.strip(" \t\r") for part in line.partition("="))
    return name.strip("\"'"), value[1:-1] if value[:1] in ('"', "'") and len(value) > 1 else value


def setting(lines: Iterable[str], name: str) -> str:
    """Return the last value that a table assigns to a variable; "" if none."""
    found = [pair[1] for line in lines if (pair := assigned(line)) and pair[0] == name]
    return found[-1] if found else ""
