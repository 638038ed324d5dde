"""Take a text apart into lines as the programs do that write it."""

from __future__ import annotations


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, which end with a line feed, and a carriage return before it, and with nothing else.

    `splitlines` ends them at a dozen other characters, which logs, tables of the kernel and names of files may hold:
    whoever puts one there would write a line of his own.
    """
    lines = text.split("\n")
    if not lines[-1]:
        del lines[-1]
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines
