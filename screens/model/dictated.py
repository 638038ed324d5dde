"""What a person types for a change, line by line, and what is in the scripts that are typed in place of long lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from textwrap import wrap

from screens.model.point import Change
from wizard.base.language import _

MASK = "umask 022"
"""What is typed first, once: all that is typed must be as readable as where Jalon makes it."""


def dictated(change: Change, width: int) -> Iterator[tuple[str, list[str]]]:
    """Each line to type, with what is in the script that it starts, in lines of `width` columns."""
    for line, typed in zip_longest(change.lines, change.typed[: len(change.lines)]):
        told = ""
        if typed and line != typed["text"]:
            command = str(typed["text"]).replace("{laid}", _("(the file)"))
            told = _("(as {user}) {command}").format(user=typed["user"], command=command)
        yield line, wrap(told, width, break_on_hyphens=False)
