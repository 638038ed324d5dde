"""TOML, parsed with `tomllib`, or with `tomli` on Python 3.10."""

from __future__ import annotations

import re
import sys
from typing import Any

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.system_words import toml_words

if sys.version_info >= (3, 11):
    import tomllib as reader
else:
    import tomli as reader

# Far more than people write, and programs (the lock of a hundred packages has 10,000 signs). The parsers call
# themselves for each level, their time grows with the square of the parts of a key and of the digits of a number, and
# each table takes a kilobyte.
DEEPEST, MOST_PARTS, MOST_DIGITS = 100, 50, 1000
MOST, MOST_SIGNS = 4 * 2**20, 200_000
# Each of them ends with the text where it is not closed, so that the search never looks twice at one place.
STRINGS = pattern(
    r"'''(?s:.*?)(?:'{3,5}|\Z)|\"\"\"(?s:[^\\]|\\.)*?(?:\"{3,5}|\Z)|'[^'\n]*'?|\"(?:[^\"\\\n]|\\.)*\"?|#[^\n]*"
)
KEYS = pattern(rf"(?:\.[^.\[\]{{}}=,\n]*){{{MOST_PARTS}}}")
NUMBERS = pattern(rf"[0-9A-Fa-f_]{{{MOST_DIGITS}}}")


def loads(text: str) -> dict[str, Any]:
    """Parse a TOML document. Raises `ValueError` with the position of the error, or for one that would keep a parser
    for ever or break it: too large, nested too deep, a key of too many parts, a number of too many digits. What it
    returns can be printed and compared."""
    plain = STRINGS.sub("''", text.removeprefix("\ufeff")) if len(text) <= MOST else ""
    if len(text) > MOST or sum(map(plain.count, "=[,")) > MOST_SIGNS:
        raise ValueError(_("it is too large to be read"))
    if _depth(plain) > DEEPEST:
        raise ValueError(_("it is nested too deep"))
    if KEYS.search(plain):
        raise ValueError(_("a name in it has too many parts"))
    if NUMBERS.search(plain):
        raise ValueError(_("a number in it has too many digits"))
    try:
        return reader.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError(_("it is nested too deep")) from None
    except reader.TOMLDecodeError as error:
        raise ValueError(toml_words(str(error))) from None


def table(data: Any, *keys: str) -> dict[str, Any]:
    """Return the table below these keys of a document; an empty one where there is none, whatever else is there."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def texts(found: Any) -> list[str]:
    """Return the texts of a list; none where it is no list."""
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _depth(plain: str) -> int:
    """How deep arrays and tables lie in each other."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", plain):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
