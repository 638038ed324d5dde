"""The language of what people read: English in the code, other languages from the catalogues."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.base.resources import catalogues

LANGUAGES = ("en", "fr")

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def speak(language: str | None = None) -> str:
    """Chooses the language, by `LANG` and its kin where none is given; returns the one that is spoken."""
    global _catalogue
    chosen = language or next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "en"
    )
    chosen = re.split(r"[_.@]", chosen)[0]
    chosen = chosen if chosen in LANGUAGES else "en"
    if chosen == "en":
        _catalogue = gettext.NullTranslations()
    else:
        _catalogue = gettext.translation("jalon", catalogues(), [chosen], fallback=True)
    return chosen


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks a language for a while, then again what was spoken before."""
    global _catalogue
    before = _catalogue
    speak(language)
    try:
        yield
    finally:
        _catalogue = before


def _(text: str) -> str:
    """The text in the language that is spoken now."""
    return _catalogue.gettext(text)


def _n(one: str, many: str, count: int) -> str:
    """The text for that many, in the language that is spoken now."""
    return _catalogue.ngettext(one, many, count)
