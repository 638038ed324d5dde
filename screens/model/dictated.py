"""What a person types for a change, line by line, and what is in the scripts that are typed in place of long lines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest
from textwrap import wrap

from screens.model.point import Change
from wizard.base.language import _

HANDED = "---\n+++\n"
"""How a difference begins that is of no file."""
MASK = "umask 022"
"""What is typed first, once: all that is typed must be as readable as where Jalon makes it."""


def consoles() -> dict[str, str]:
    """The keys that lead to another console of this machine, and back to the one that we are on: by its number where we
    are on one, by the first two elsewhere."""
    here = 1
    with suppress(OSError):
        name = os.ttyname(0).removeprefix("/dev/tty")
        here = int(name) if name.isdecimal() else 1
    return {"there": f"Alt+F{2 if here != 2 else 3}", "back": f"Alt+F{here}"}


def dictated(change: Change, width: int) -> Iterator[tuple[str, list[str]]]:
    """Each line to type, with what is in the script that it starts, in lines of `width` columns, and the lines that are
    handed to a program and written nowhere else."""
    handed = change.difference.removeprefix(HANDED).splitlines() if change.difference.startswith(HANDED) else []
    for line, typed in zip_longest(change.lines, change.typed[: len(change.lines)]):
        told = ""
        if typed and line != typed["text"]:
            command = str(typed["text"]).replace("{laid}", _("(the file)"))
            told = _("(as {user}) {command}").format(user=typed["user"], command=command)
        script = wrap(told, width, break_on_hyphens=False)
        script += [one for text in handed for one in wrap(text, width, subsequent_indent="  ")]
        yield line, script
