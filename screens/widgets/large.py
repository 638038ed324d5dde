"""Letters three lines high, made of half blocks: for an address that is to be read from across a room."""

from __future__ import annotations

# Five rows of dots each; a number is a row, its bits the dots, as wide as the widest row of the letter.
WIDE = {"m": 5, "w": 5, ".": 1, ":": 1, "i": 3, "-": 3}
ROWS = {
    "a": (2, 5, 7, 5, 5),
    "b": (6, 5, 6, 5, 6),
    "c": (3, 4, 4, 4, 3),
    "d": (6, 5, 5, 5, 6),
    "e": (7, 4, 6, 4, 7),
    "f": (7, 4, 6, 4, 4),
    "g": (3, 4, 5, 5, 3),
    "h": (5, 5, 7, 5, 5),
    "i": (7, 2, 2, 2, 7),
    "j": (1, 1, 1, 5, 2),
    "k": (5, 5, 6, 5, 5),
    "l": (4, 4, 4, 4, 7),
    "m": (17, 27, 21, 17, 17),
    "n": (6, 5, 5, 5, 5),
    "o": (2, 5, 5, 5, 2),
    "p": (6, 5, 6, 4, 4),
    "q": (2, 5, 5, 6, 3),
    "r": (6, 5, 6, 5, 5),
    "s": (3, 4, 2, 1, 6),
    "t": (7, 2, 2, 2, 2),
    "u": (5, 5, 5, 5, 7),
    "v": (5, 5, 5, 5, 2),
    "w": (17, 17, 21, 27, 17),
    "x": (5, 5, 2, 5, 5),
    "y": (5, 5, 2, 2, 2),
    "z": (7, 1, 2, 4, 7),
    "0": (7, 5, 5, 5, 7),
    "1": (2, 6, 2, 2, 7),
    "2": (6, 1, 2, 4, 7),
    "3": (6, 1, 2, 1, 6),
    "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 6, 1, 6),
    "6": (3, 4, 7, 5, 7),
    "7": (7, 1, 2, 2, 2),
    "8": (7, 5, 7, 5, 7),
    "9": (7, 5, 7, 1, 6),
    ".": (0, 0, 0, 0, 1),
    ":": (0, 1, 0, 1, 0),
    "-": (0, 0, 7, 0, 0),
}
HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def large(text: str, room: int) -> str:
    """The text in large letters, on three lines; nothing where a letter is missing or the room is too small."""
    letters = text.lower()
    if not letters or any(letter not in ROWS for letter in letters):
        return ""
    lines = []
    for line in range(3):
        cells = []
        for letter in letters:
            upper, lower = (*ROWS[letter], 0)[2 * line : 2 * line + 2]
            bits = range(WIDE.get(letter, 3) - 1, -1, -1)
            cells.append("".join(HALVES[upper >> bit & 1, lower >> bit & 1] for bit in bits))
        lines.append(" ".join(cells))
    return "\n".join(line.rstrip() for line in lines) if max(map(len, lines)) <= room else ""
