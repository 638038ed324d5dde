"""A no-break space holds a line together."""

from __future__ import annotations

import re

import pytest
from rich import _wrap
from textual.content import Content

from screens.widgets.textual_private import QuietApp

TEXT = "le port 80\xa0: occupé, dit «\u202fnginx\u202f» à lui seul"


def lines(text: str, width: int) -> list[str]:
    return [str(line) for line in Content(text).wrap(width)]


def test_no_line_begins_with_what_is_held_to_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wrap, "re_word", re.compile(r"\s*\S+\s*"))
    assert any(line.startswith((":", "»")) for width in range(12, 40) for line in lines(TEXT, width))
    QuietApp()
    for width in range(12, 40):
        broken = lines(TEXT, width)
        assert not any(line.strip(" ").startswith((":", "»")) or line.strip(" ").endswith("«") for line in broken)
        assert " ".join(line.strip(" ") for line in broken) == TEXT
