"""Text from outside, made harmless to show: what moves a cursor, turns the direction of writing or cannot be seen is
spelt out, as `\\x1b` or `\\u202e`.

Every way out goes through here: `visible` for what people read, `json_text` for programs. `tests/unit/test_ways_out.py`
says who else may print.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from wizard.base.confidential import masked, masked_output
from wizard.base.patterns import pattern

LONGEST = 4000
"""Characters that are shown of one line."""

# C0 but tab and line feed, DEL and C1; the soft hyphen; marks of direction; what has no width; separators of lines and
# paragraphs; fillers that are seen as nothing; surrogates; what XML forbids; tags.
HARMFUL = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U0010fffe\U0010ffff"
)
_harmful = pattern(f"[{HARMFUL}]")
_colours = pattern(r"\x1b\[[0-9;]*m")
_breaks = pattern("\r\n|\r(?=\n)")


def visible(text: str, longest: int = LONGEST) -> str:
    """The text with each character that does something, or shows nothing, spelt out, secrets masked, and lines cut
    after `longest` characters. Tabs and line feeds stay."""
    text = masked(text)
    if len(text) > longest:
        text = "\n".join(shortened(line, longest) for line in text.split("\n"))
    return spelt(text)


def spelt(text: str) -> str:
    """The text with each character that does something, or shows nothing, spelt out; nothing else is changed."""
    if text.isascii() and text.isprintable():
        return text
    return _harmful.sub(_spelling, _breaks.sub("\n", text) if "\r" in text else text)


def one_line(text: str) -> str:
    """The same on one line: line feeds and tabs are spelt out too."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def unseen(text: str) -> str:
    """The text without these characters, for where a line has its length already; a surrogate becomes `?`."""
    return text if text.isascii() and text.isprintable() else _harmful.sub(_gone, text)


def output_line(text: str, longest: int = LONGEST) -> str:
    """A line that a program printed, without colours, masked, and cut."""
    return shortened(masked_output(_colours.sub("", text[: 20 * longest])), longest)


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, cut after that many characters with the number of those that follow: `(+ 1234)`."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}... (+ {len(text) - longest})"


def json_text(data: Any, indent: int | None = None, keep: Callable[[str], str] | None = None) -> str:
    """Data as JSON: letters as they are, and what is harmful as JSON's own escapes, so that a program reads what was
    there. Secrets are masked, unless `keep` says what becomes of each text."""
    import json

    text = json.dumps(each_text(data, keep or masked), ensure_ascii=False, indent=indent)
    return _harmful.sub(_json_escape, text) if not (text.isascii() and text.isprintable()) else text


IDENTIFIERS = frozenset(["id", "event", "kind", "checkpoint", "outcome", "state", "mark", "key", "step_key", "choices"])
"""The keys of objects whose values are Jalon's own words, by which programs go."""


def each_text(data: Any, change: Callable[[str], str]) -> Any:
    """Data with every text within changed, but for keys and the values of `IDENTIFIERS`."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, Mapping):
        return {key: one if key in IDENTIFIERS else each_text(one, change) for key, one in data.items()}
    return [each_text(one, change) for one in data] if isinstance(data, list | tuple) else data


def toml_escaped(text: str) -> str:
    """TOML whose strings hold nothing harmful as it is; what it says stays."""
    return _harmful.sub(_toml_escape, text)


def _spelling(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _gone(found: re.Match[str]) -> str:
    return "?" if "\ud800" <= found[0] <= "\udfff" else ""


def _toml_escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _json_escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number < 0x10000:
        return f"\\u{number:04x}"
    return f"\\u{0xD800 + ((number - 0x10000) >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"
