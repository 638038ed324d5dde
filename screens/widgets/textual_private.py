"""What is used of Textual, Rich and textual_image although none promises it: here, named, and nowhere else.

`tests/screens/test_private_names.py` holds the code to that, and says which name is gone when a new version lacks one.
"""

from __future__ import annotations

import io
import re
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from rich import _wrap
from rich.console import RenderableType
from rich.text import Text
from textual.app import App
from textual.driver import Driver
from textual.widget import Widget
from textual.widgets._footer import FooterKey

DECODER = "getincrementaldecoder"
"""Of `codecs`, as the modules of Textual's drivers have it."""


# With no-break spaces among the letters: a French colon would otherwise begin a line.
WORD = re.compile(r"[^\S\xa0\u202f]*[\S\xa0\u202f]+[^\S\xa0\u202f]*")
"""A word with the blanks around it, for `rich._wrap.re_word`, by which lines are broken."""


def _tolerant(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")


class QuietApp(App[Any]):
    """An application that shows no traceback when it ends by an error: a local variable may be a password. `fault` is
    the error, for whoever started it. What a terminal sends that is no UTF-8 is no error: it reads as U+FFFD.
    Its lines are not broken at no-break spaces."""

    fault: BaseException | None = None

    def __init__(self) -> None:
        super().__init__()
        _wrap.re_word = WORD

    def get_driver_class(self) -> type[Driver]:
        """The usual one, whose decoder would otherwise end the application by an accent of an older terminal."""
        found = super().get_driver_class()
        setattr(sys.modules[found.__module__], DECODER, _tolerant)
        return found

    def panic(self, *renderables: RenderableType) -> None:
        """Ends it. What a thread of Textual's hands over is a traceback."""
        from rich.traceback import Traceback  # which takes its time, and is hardly ever wanted

        for one in renderables:
            if isinstance(one, Traceback) and one.trace.stacks:
                stack = one.trace.stacks[0]
                self.fault = self.fault or RuntimeError(f"{stack.exc_type}: {stack.exc_value}")
        super().panic(Text())

    def _fatal_error(self) -> None:
        self.fault = self.fault or sys.exc_info()[1]
        self.panic(Text())


def footer_keys(composed: Iterable[Widget]) -> list[FooterKey]:
    """The keys among what a footer is composed of; not its groups and its labels."""
    return [one for one in composed if isinstance(one, FooterKey)]


@contextmanager
def without_terminal() -> Iterator[None]:
    """`textual_image` asks the terminal what it can do when it is imported, where standard output is one; the answer
    would be read as keys. Imported within this, it sees none."""
    kept = sys.__stdout__
    try:
        setattr(sys, "__stdout__", io.StringIO())  # noqa: B010
        yield
    finally:
        setattr(sys, "__stdout__", kept)  # noqa: B010
