"""Text from outside does nothing to whoever looks at it, and programs read what was there."""

from __future__ import annotations

import json
import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.base.toml import loads
from wizard.base.visible import (
    LONGEST,
    json_text,
    one_line,
    output_line,
    shortened,
    spelt,
    toml_escaped,
    unseen,
    visible,
)

ANY = st.text(st.characters(codec=None), max_size=40)
HARMFUL = [
    "\x00",
    "\x07",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b[2J\x1b[1;1H",
    "\x1b]0;title\x1b\\",
    "\x9b2J",
    "\x7f",
    "\r",
    "\u202egpj.exe",
    "\u2066\u2069",
    "\u200b\u200d\u200e\u200f",
    "\ufeff",
    "\u2028\u2029",
    "\u00ad",
    "\u3164",
    "\U000e0041\U000e0042",
    "\ud800",
    "\udcff",
    "\ufffe",
]
OWN = "« Créé » : 10 000 € – l'hôte … (#3) [red]\n\té😀\u00a0\u202f漢字"


@pytest.mark.parametrize("text", HARMFUL, ids=ascii)
@pytest.mark.parametrize("clean", [visible, spelt, unseen, one_line])
def test_nothing_harmful_is_left(text: str, clean: object) -> None:
    assert callable(clean)
    found = clean(f"before{text}after")
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in found)
    assert found.startswith("before") and found.endswith("after")
    found.encode()


def test_it_is_spelt_out() -> None:
    assert visible("a\x1b[2Jb\u202ec\ud800\x85\U000e0041") == "a\\x1b[2Jb\\u202ec\\ud800\\x85\\U000e0041"
    assert unseen("a\x1b[2Jb\u202ec\ud800") == "a[2Jbc?"


def test_texts_of_our_own_stay() -> None:
    assert visible(OWN) == spelt(OWN) == unseen(OWN) == OWN
    assert one_line("a\nb\tc") == "a\\nb\\tc"
    assert spelt("a\r\nb\r\n") == "a\nb\n"


@given(ANY)
def test_every_control_and_format_character_goes(text: str) -> None:
    for one in visible(text):
        assert one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), ascii(one)
    ElementTree.fromstring(f"<a>{spelt(text).replace('&', '&amp;').replace('<', '&lt;')}</a>")


@given(ANY)
def test_json_says_what_was_there(text: str) -> None:
    found = json_text({"text": [text], text: 1}, indent=1, keep=str)
    assert json.loads(found) == {"text": [text], text: 1}
    assert visible(found, 1 << 20) == found
    found.encode()


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_toml_says_what_was_there(text: str) -> None:
    found = toml_escaped(f"x = {json.dumps(text, ensure_ascii=False)}\n")
    assert loads(found) == {"x": text}
    assert spelt(found) == found


def test_long_lines_are_cut_and_say_how_long_they_were() -> None:
    assert shortened("x" * 10, 4) == "xxxx... (+ 6)"
    assert visible("a\n" + "b" * (LONGEST + 5)) == "a\n" + "b" * LONGEST + "... (+ 5)"
    assert len(output_line("x" * 10_000_000)) < 2 * LONGEST


def test_colours_of_a_program_are_taken_out_and_nothing_else() -> None:
    assert output_line("\x1b[1;32mok\x1b[0m\x1b[2J") == "ok\x1b[2J"


def test_own_translations_hold_nothing_harmful() -> None:
    from wizard.base.po import read_po
    from wizard.base.resources import catalogues

    for path in catalogues().glob("*/LC_MESSAGES/*.po"):
        for texts in read_po(path).values():
            assert [spelt(text) for text in texts] == list(texts)


def test_no_character_of_these_kinds_is_forgotten() -> None:
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    for number in (*range(0x300), 0x34F, *range(0x2000, 0x2100), 0xFEFF, *range(0xE0000, 0xE0080)):
        category = unicodedata.category(chr(number))
        harmful = (category in kinds and chr(number) not in "\n\t") or number == 0x34F
        seen = re.search(r"\\[xuU]", spelt(chr(number))) is not None
        assert category == "Cn" or seen == harmful, hex(number)
