"""Words from outside, such as a log's: to be shown, and never to become part of a command or a path.

Written into a text, a quote stands between two marks. Findings, causes and remedies take the marks out of their texts,
and a remedy with a mark in a command is refused (`wizard.findings.finding`).
"""

from __future__ import annotations

# Of the range for private use: no program's words mean anything by them.
BEGINS, ENDS = "\ue0f0", "\ue0f1"
_NONE = str.maketrans("", "", BEGINS + ENDS)


class Quote:
    """Words from outside. They can be compared and shown."""

    def __init__(self, words: str) -> None:
        self._words = words.translate(_NONE)

    def same(self, known: str) -> bool:
        """Whether they are these words."""
        return self._words == known

    def __str__(self) -> str:
        return f"{BEGINS}{self._words}{ENDS}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quote) and other._words == self._words

    def __hash__(self) -> int:
        return hash(self._words)


def marked(text: str) -> bool:
    """Whether a text has words from outside in it."""
    return BEGINS in text or ENDS in text


def shown(text: str) -> str:
    """A text without the marks of its quotes."""
    return text.translate(_NONE) if marked(text) else text
