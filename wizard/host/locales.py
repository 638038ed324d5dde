"""Readings of the installed locales."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.lines import lines_of
from wizard.host.children import run_query
from wizard.host.reading import Reading


class Locales(Reading["frozenset[str]"]):
    """The installed locales as `locale -a` prints them, in lower case and without dashes (`fr_fr.utf8`)."""

    family: ClassVar[str] = "locales"
    nothing: ClassVar[frozenset[str]] = frozenset({"c", "posix", "c.utf8"})


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Locales` with `locale -a`."""
    found = frozenset(line.strip().lower().replace("-", "") for line in lines_of(run_query(["locale", "-a"]).out))
    return dict.fromkeys(readings, found)
