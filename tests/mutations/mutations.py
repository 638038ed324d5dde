"""Damage to a file: to its bytes, and to what stands in its place. All of it follows from a `Random`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

Bytes = Callable[[bytes, Random], bytes]
Place = Callable[[Path], None]

OPENING = (b"{", b"[", b"(", b'"', b"'", b"[[", b"<a>", b"a.", b"a {", b"-", b"not ", b"lambda:", b"$(", b"a=[")
WORDS = (
    *(b"\0", b"\xe9", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xb2\x80", b"\r", b"\r\n", b"\x1b]52;", b"\x85", b"\x0c"),
    *(b"9" * 5000, b"-1", b"1e999", b"0x" + b"f" * 5000, b"99999999999999999999", "\u202e".encode(), "\u0663".encode()),
    *(b"{", b"}", b"[", b"]", b"(", b")", b'"', b"'", b'"""', b"\\", b"#", b";", b"%", b"$", b"`", b"=", b":", b"@"),
    *(b"../" * 40, b"/dev/zero", b"ref: ", b"^", b"include *;", b"null", b"None", b"{}", b"[]", b"true", b" "),
)
DEEP = 100_000
MOST = 2_000_000


def cut(data: bytes, chance: Random) -> bytes:
    """Only the first part was written."""
    return data[: chance.randrange(len(data) + 1)]


def removed(data: bytes, chance: Random) -> bytes:
    """A piece is missing."""
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(1, 40) :]


def inserted(data: bytes, chance: Random) -> bytes:
    """Something stands in it that nobody expects."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(WORDS) + data[at:]


def flipped(data: bytes, chance: Random) -> bytes:
    """A byte is another one."""
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def swapped(data: bytes, chance: Random) -> bytes:
    """Two lines have changed places."""
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def repeated(data: bytes, chance: Random) -> bytes:
    """A line stands there again and again."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    at = chance.randrange(len(lines))
    return b"".join([*lines[:at], *[lines[at]] * chance.choice((2, 3, 20)), *lines[at + 1 :]])


def emptied_word(data: bytes, chance: Random) -> bytes:
    """A word is gone, or is another one of the file's."""
    words = list(re.finditer(rb"[\w./@-]+", data))
    if not words:
        return data
    one, other = chance.choice(words), chance.choice((b"", *(word[0] for word in words)))
    return data[: one.start()] + other + data[one.end() :]


def latin(data: bytes, chance: Random) -> bytes:
    """It was written in an encoding of the last century."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + "Hôpital d'été".encode("latin-1") + data[at:]


def wide(data: bytes, chance: Random) -> bytes:
    """It was written by a Windows editor."""
    marked = b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")
    return chance.choice((marked, b"\xff\xfe" + data.decode("latin-1").encode("utf-16-le")))


def long(data: bytes, chance: Random) -> bytes:
    """Ten thousand lines, or one of a hundred thousand bytes."""
    lines = [line[:200] for line in data[:DEEP].splitlines(keepends=True)] or [b"x\n"]
    if chance.random() < 0.5:
        return b"".join((lines * (10_000 // len(lines) + 1))[:10_000])
    at = chance.randrange(len(lines))
    stretched = chance.choice((b"a", b" ", b"0", b"a ", b"a/", b"\\", b"a=", b",")) * DEEP
    return b"".join([*lines[:at], stretched, *lines[at:]])


def deep(data: bytes, chance: Random) -> bytes:
    """Something opens a hundred thousand times."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(OPENING) * chance.choice((100, 3000, DEEP)) + data[at:]


# What makes big files comes seldom: it takes most of the time.
BYTES: tuple[tuple[Bytes, int], ...] = (
    *((cut, 12), (removed, 12), (inserted, 24), (flipped, 12), (swapped, 4), (repeated, 4)),
    *((emptied_word, 16), (latin, 4), (wide, 4), (long, 2), (deep, 3)),
)


def _link(to: str) -> Place:
    return lambda path: path.symlink_to(to)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(40 * 1024**3)


PLACES: Mapping[str, Place] = {
    "is gone": lambda path: None,
    "is empty": lambda path: path.touch(),
    "is a folder": lambda path: path.mkdir(),
    "is a FIFO": lambda path: os.mkfifo(path),
    "is sparse": _sparse,
    "leads to itself": _loop,
    "leads nowhere": _link("/nonexistent/x"),
    "leads to its folder": _link("."),
    "leads to endless bytes": _link("/dev/zero"),
    "leads to its reader's environment": _link("/proc/self/environ"),
    "leads to the root": _link("/"),
}


def damaged(data: bytes, chance: Random) -> bytes:
    """A file's bytes after one to three of these."""
    kinds, weights = zip(*BYTES, strict=True)
    for one in chance.choices(kinds, weights, k=chance.choice((1, 1, 2, 3))):
        data = one(data, chance)[:MOST]
    return data
