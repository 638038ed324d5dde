"""Parse one file of nginx's configuration, as nginx takes it apart (`ngx_conf_read_token`), without its includes.

Pure functions of bytes, without recursion. The answer is made of tuples, texts and numbers, so that it can be handed
from one process to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.base.patterns import pattern

# Name, arguments, line, and what is in its block (None: it ends with a semicolon).
Directive = tuple[str, "tuple[str, ...]", int, "tuple[Directive, ...] | None"]
# Line, what is wrong (as `nginx_files.words` says it) and the word it is about.
Mistake = tuple[int, str, str]

MOST = 512 * 1024
"""Bytes."""
DEEPEST = 64
TOKEN = pattern(
    r"""(?P<space>[ \t\r\n]+) | (?P<comment>\#[^\n]*) | (?P<end>[;{}])
    | (?P<quoted>"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*') (?=[ \t\r\n;{)]|\Z)
    | (?P<word>(?!["'])(?:\$\{|\\.|[^ \t\r\n;{\\])+)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPED = pattern(r"\\(.)", re.DOTALL)
MEANT = {"t": "\t", "r": "\r", "n": "\n", '"': '"', "'": "'", "\\": "\\"}
# Of Lua, as far as braces are concerned.
LUA = pattern(r"""--[^\n]*|["'{}]""")
STRINGS = {quote: pattern(rf"{quote}(?:[^{quote}\\\n]|\\.)*({quote}?)") for quote in "\"'"}
LUA_BLOCK = "_by_lua_block"


class _Wrong(Exception):
    """Where and why a text cannot be taken apart."""

    def __init__(self, at: int, kind: str, word: str = "") -> None:
        super().__init__(kind)
        self.at, self.kind, self.word = at, kind, word


def parse(data: bytes) -> tuple[tuple[Directive, ...], Mistake | None]:
    """Return the directives of a file; none, and what is wrong with it, if nginx would refuse it."""
    if len(data) > MOST:
        return (), (0, "large", "")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return (), (1, "mark", "")
    text = data.decode(errors="replace")
    try:
        return tuple(_directives(text)), None
    except _Wrong as wrong:
        return (), (text.count("\n", 0, wrong.at) + 1, wrong.kind, wrong.word[:40])


def _directives(text: str) -> list[Directive]:
    """Take a whole text apart."""
    # What is open: the words and line of each block, and what has been read of it.
    open_blocks: list[tuple[list[str], int]] = []
    blocks: list[list[Directive]] = [[]]
    words: list[str] = []
    line, counted, begun = 1, 0, 0
    for at, word, plain in _tokens(text):
        if not plain or word not in ";{}":
            if not words:
                line, counted, begun = line + text.count("\n", counted, at), at, at
            words.append(word)
        elif word == "}":
            if words or not open_blocks:
                raise _Wrong(at, "unexpected", word)
            (name, *arguments), first = open_blocks.pop()
            within = tuple(blocks.pop())
            blocks[-1].append((name, tuple(arguments), first, within))
        elif not words:
            raise _Wrong(at, "unexpected", word)
        elif word == ";":
            blocks[-1].append((words[0], tuple(words[1:]), line, None))
            words = []
        else:
            if len(blocks) > DEEPEST:
                raise _Wrong(at, "deep")
            open_blocks.append((words, line))
            blocks.append([])
            words = []
    if words or open_blocks:
        raise _Wrong(begun if words else len(text), "end")
    return blocks[0]


def _tokens(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each word with its place, and whether it stood without quotes."""
    at, first, lua = 0, True, False
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise _Wrong(at, "end" if text[at] in "\"'" else "unexpected", text[at])
        kind, word = found.lastgroup, found[0]
        at = found.end()
        if kind in ("space", "comment"):
            continue
        if kind == "end":
            first = True
            yield found.start(), word, True
            if word == "{" and lua:
                at = _after_lua(text, at)
                yield at - 1, "}", True
            continue
        if first:
            lua = word.endswith(LUA_BLOCK)
        first = False
        yield found.start(), _meant(word[1:-1] if kind == "quoted" else word), kind == "word"


def _meant(word: str) -> str:
    return ESCAPED.sub(lambda one: MEANT.get(one[1], one[0]), word) if "\\" in word else word


def _after_lua(text: str, at: int) -> int:
    """Return where a block of Lua ends, the brace included."""
    depth = 1
    # Behind a quote that nothing closes in its line, no other closes one either.
    in_vain = dict.fromkeys(STRINGS, at)
    while found := LUA.search(text, at):
        mark, at = found[0], found.end()
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if not depth:
            return at
        if mark in STRINGS and at > in_vain[mark]:
            string = STRINGS[mark].match(text, found.start())
            if string and string[1]:
                at = string.end()
            elif string:
                in_vain[mark] = string.end()
    raise _Wrong(len(text), "end")
