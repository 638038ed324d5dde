"""Prints text: coloured by Rich on a terminal, plain elsewhere, where Rich is not loaded.

The only module of the wizard that prints. Whatever text is given to `write` and `say` is made visible first.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

from wizard.base.visible import json_text, visible

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
    for line in visible(text).splitlines() or [""]:
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


def say(text: str, stream: TextIO | None = None) -> None:
    """Prints a line as it is, without style and of any length."""
    print(visible(text), file=stream or sys.stdout, flush=True)


def say_json(data: Any) -> None:
    """Prints an object as a line of JSON."""
    print(json_text(data), flush=True)


def prompt(text: str) -> None:
    """Prints a question on standard error, to be answered on the same line."""
    sys.stderr.write(visible(text))
    sys.stderr.flush()


def put(document: str, stream: TextIO | None = None) -> None:
    """Prints a document whose parts were made visible already, or quoted as its format has it."""
    (stream or sys.stdout).write(document)


def passing(text: str) -> None:
    """Shows a line on standard error, where that is a terminal, until the next one or "" takes its place."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        sys.stderr.write("\r" + visible(text)[: _columns() - 1] + "\x1b[K")
        sys.stderr.flush()


def clear_screen() -> None:
    """Moves to the first line of an empty terminal."""
    print("\x1b[H\x1b[2J", end="")


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
