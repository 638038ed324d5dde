"""What a unit starts, from the words of `systemctl show`: drop-ins, continued lines and specifiers are behind it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from wizard.base.patterns import pattern

# `ExecStart={ path=/x/y ; argv[]=/x/y -a b ; ignore_errors=no ; ... }`, one line for each command.
COMMAND = pattern(r"\{ path=(?P<path>.*?) ; argv\[\]=(?P<words>.*?)(?: ; (?:ignore_errors|flags)=|$)")

STATUS = pattern(r" ; code=exited ; status=([0-9]{1,3})(?:/\S*)? \}$")


def blocks(shown: str) -> tuple[str, ...]:
    """Return what is shown of each unit. Empty lines stand between, and in the arguments of some commands: only what
    names its unit is a block of its own."""
    found: list[str] = []
    waiting = ""
    for piece in shown.strip().split("\n\n"):
        waiting += f"{piece}\n\n"
        if re.search("^Id=", piece, re.MULTILINE):
            found.append(waiting)
            waiting = ""
    return tuple(found)


def commands(values: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the commands of the values of `ExecStart`, word by word, the program's path first. systemctl quotes
    nothing there: an argument with a space in it is taken for several."""
    found = (COMMAND.match(value) for value in values)
    return tuple((one["path"], *one["words"].split()[1:]) for one in found if one)


def exit_status(values: Iterable[str]) -> int:
    """Return the status other than 0 with which the last command of the values of `ExecStart` ended; 0 if none did. Of
    a service that forks, systemd tells it here alone, and of no main process."""
    found = [int(one[1]) for one in map(STATUS.search, values) if one]
    return next((one for one in reversed(found) if one), 0)


def path_variables(value: str) -> tuple[tuple[str, str], ...]:
    """Return the variables of `Environment` that are absolute paths. What else stands there may be a secret, and is not
    kept."""
    try:
        words = shlex.split(value)
    except ValueError:
        words = value.split()
    pairs = (word.partition("=") for word in words)
    return tuple((name, path) for name, _equals, path in pairs if path.startswith("/"))
