"""What is taken of the journal, into which a service may write anything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wizard.host import unitlogs
from wizard.host.unitlogs import newest


def printed(*messages: Any) -> str:
    return "".join(json.dumps({"MESSAGE": one, "__CURSOR": "x"}) + "\n" for one in messages)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (printed("one", "two\nthree"), ("one", "two", "three")),
        # What is longer than journalctl prints, and what is no text.
        (printed("one", None, [116, 119, 111], [255]), ("one", "two", "\ufffd")),
        (printed(["one", [116, 119, 111]], [300], 5, {}, True), ("one", "two")),
        ("", ()),
        ("[]\nno\n5\n" + "[" * 100_000 + "\n" + printed("one"), ("one",)),
    ],
)
def test_the_lines_of_entries(said: str, lines: tuple[str, ...]) -> None:
    assert newest(said) == lines


def test_the_last_of_many_are_kept() -> None:
    many = printed(*(["\n" * 4000] * 200), *["y" * 4000] * 20, "last")
    found = newest(many)
    assert (found[-1], found[-2]) == ("last", "y" * 4000)
    assert sum(len(one) + 1 for one in found) <= unitlogs.MOST
