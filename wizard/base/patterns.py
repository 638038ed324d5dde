"""Regular expressions that are compiled when they are first used. Most of those that stand in the code, one run of it
does not need, and compiling all of them took a tenth of a verification."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` would. It has the same methods and attributes; the functions of the module `re` do not
    take it. A mistake in `text` raises `re.error` at its first use."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))


class _Late:
    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        # Found in the object itself from then on, without coming here.
        setattr(self, name, found)
        return found
