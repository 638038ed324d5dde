"""What is used of Textual and textual_image although neither promises it: here, named, and nowhere else.

`tests/screens/test_private_names.py` holds the code to that, and says which name is gone when a new version lacks one.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.text import Text
from textual.app import App
from textual.widget import Widget
from textual.widgets._footer import FooterKey


class QuietApp(App[Any]):
    """An application that shows no local variables when it ends by an error: one of them may be a password. `fault` is
    the error, for whoever started it."""

    fault: BaseException | None = None

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
