"""What a log says at one place: compared with what answers and host give, counted and quoted.

A line that an application logs is written by whoever runs it. So it chooses between causes, and the path, user and
command of a remedy come from elsewhere: nothing here returns words of the log that could become part of one.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from wizard.base.quote import Quote
from wizard.host.files import Entry
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host


class Said:
    """The place of a log that a candidate's expression fits. `groups` are names in the expression, of which the first
    that is there counts; without any, all of it does."""

    def __init__(self, found: re.Match[str]) -> None:
        self.__found = found

    def names(self, *groups: str) -> bool:
        """Whether it names one of these at all."""
        return bool(self.__words(groups))

    def among(self, known: Iterable[str], *groups: str, base: str = "") -> str:
        """Return which of the known paths or names it names, a path being relative to `base`; "" if none."""
        words = self.__words(groups)
        return next((one for one in known if one and one in (words, _whole(words, base))), "")

    def folder_among(self, known: Iterable[str], *groups: str, base: str = "") -> str:
        """Return in which of the known folders the path that it names lies, directly; "" if in none."""
        words = self.__words(groups)
        return next(
            (one for one in known if one and words and one == str(PurePosixPath(_whole(words, base)).parent)), ""
        )

    def entry(self, host: Host, *groups: str, base: str = "") -> Entry | None:
        """Return what the host has at the path that it names, links followed. Raises `NotKnown`."""
        words = self.__words(groups)
        if not words or "\0" in words:
            return None
        return resolve_symlinks(host, _whole(words, base))[1]

    def occurs_in(self, text: str, *groups: str) -> bool:
        """Whether a text of the host's holds these words."""
        words = self.__words(groups)
        return bool(words) and words in text

    def number(self, group: str) -> int:
        """Return a number that it names; 0 where it is none of nine digits at most."""
        words = self.__words((group,))
        return int(words) if words.isdecimal() and len(words) < 10 else 0

    def quote(self, *groups: str) -> Quote:
        """Return its words, to be shown."""
        return Quote(self.__words(groups))

    def __words(self, groups: tuple[str, ...]) -> str:
        if not groups:
            return self.__found[0]
        found = self.__found.groupdict()
        return next((words for group in groups if (words := found.get(group))), "")


def _whole(words: str, base: str) -> str:
    return os.path.normpath(PurePosixPath(base) / words) if words else ""
