"""The language of what people read: English in the code, other languages from the catalogues."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wizard.base.resources import catalogues

LANGUAGES = ("en", "fr")

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_spoken = "en"


def set_language(language: str | None = None) -> str:
    """Set the language of messages, by default from `LC_ALL`, `LC_MESSAGES` or `LANG`; returns the code in effect, "en"
    for a language without a catalogue."""
    global _catalogue, _spoken
    chosen = language or next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "en"
    )
    chosen = re.split(r"[_.@]", chosen)[0]
    chosen = chosen if chosen in LANGUAGES else "en"
    _spoken = chosen
    if chosen == "en":
        _catalogue = gettext.NullTranslations()
    else:
        _catalogue = gettext.translation("jalon", catalogues(), [chosen], fallback=True)
    return chosen


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Use a language inside a `with` block, then restore the previous one."""
    global _catalogue, _spoken
    before = _catalogue, _spoken
    set_language(language)
    try:
        yield
    finally:
        _catalogue, _spoken = before


def _(text: str) -> str:
    """Translate a message into the current language."""
    return _catalogue.gettext(text)


def _n(one: str, many: str, count: int) -> str:
    """Translate a message with a plural form for `count` into the current language."""
    return _catalogue.ngettext(one, many, count)


class Figure(float):
    """A number that is written as the language writes it: with a comma for its fraction in French. It is handed to
    `format` in place of a float."""

    def __format__(self, form: str) -> str:
        """As a float, then its sign."""
        text = super().__format__(form)
        return text.replace(".", ",") if _spoken == "fr" else text


def translated(text: str) -> str:
    """A text that was taken from code which translates it, in the current language. One with a plural is both forms,
    with a zero character between them as in gettext's own files, and gives that of many."""
    one, _zero, many = text.partition("\0")
    if many:
        return _catalogue.ngettext(one, many, 2)
    # A catalogue gives its own header for the empty text.
    return _catalogue.gettext(text) if text.strip() else text


class Translator:
    """The `_` of a guide that brings its own texts: `_ = translator(__file__)`.

    A translation is looked for in `locale/LANGUAGE/LC_MESSAGES/messages.po` in the guide's folder, which is read as it
    is and needs not be compiled; then in Jalon's own catalogue. Without any, the text is spoken as it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {}

    def __call__(self, text: str) -> str:
        """Translate a message into the current language."""
        said = self.translations(_spoken).get((text,))
        return said[0] if said else _catalogue.gettext(text)

    def plural(self, one: str, many: str, count: int) -> str:
        """Translate a message with a plural form for `count` into the current language."""
        said = self.translations(_spoken).get((one, many))
        # None and one are singular in French.
        return said[min(count > 1, len(said) - 1)] if said else _catalogue.ngettext(one, many, count)

    def translations(self, language: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """What the guide's own catalogue says in a language, a text for each form. Raises `ValueError` for one that
        cannot be understood."""
        if language not in self._read:
            from wizard.base.po import read_po

            path = self.folder / "locale" / language / "LC_MESSAGES" / "messages.po"
            self._read[language] = read_po(path) if path.is_file() else {}
        return self._read[language]


def translator(file: str) -> Translator:
    """The `_` of the guide to whose package a file belongs: `_ = translator(__file__)`."""
    folder = Path(file).resolve().parent
    while (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return Translator(folder)
