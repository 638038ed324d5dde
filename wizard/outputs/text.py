"""Prints text: coloured by Rich on a terminal, plain elsewhere, where Rich is not loaded."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "passed": "green",
    "warning": "yellow",
    "failed": "bold red",
    "crashed": "bold red",
    "skipped": "dim",
    "unknown": "magenta",
    "title": "bold",
    "add": "green",
    "remove": "red",
    "quiet": "dim",
    "plain": "",
}


def write(text: str, style: str = "plain", indent: int = 0, stream: TextIO | None = None, wrap: bool = True) -> None:
    """Prints lines in a style of `STYLES`, indented by columns. `wrap` folds long lines to the terminal's width."""
    stream = stream or sys.stdout
    width = max(40, _columns() if stream.isatty() else 100)
    margin = " " * indent
    for line in text.splitlines() or [""]:
        folded = [margin + line]
        if wrap and len(margin + line) > width:
            import textwrap

            # Paths stay whole, to be copied.
            folded = textwrap.wrap(
                line,
                width,
                initial_indent=margin,
                subsequent_indent=margin + "  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        for one in folded:
            _line(one, style, stream)


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _line(text: str, style: str, stream: TextIO) -> None:
    if stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        _console(stream is sys.stderr).print(
            text, style=STYLES[style], markup=False, highlight=False, soft_wrap=True, emoji=False
        )
    else:
        print(text, file=stream, flush=True)


@lru_cache(maxsize=2)
def _console(error: bool) -> Console:
    from rich.console import Console

    return Console(stderr=error)
