"""Regular expressions that are compiled late are what those compiled at once are."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import walk_packages

import pytest

import wizard
from wizard.base.patterns import _Late, pattern


def test_it_finds_what_the_module_finds() -> None:
    late, now = pattern(r"(?P<key>\w+)=(\d+)", re.IGNORECASE), re.compile(r"(?P<key>\w+)=(\d+)", re.IGNORECASE)
    text = "A=1, b=22; c"
    for _again in range(2):
        assert late.findall(text) == now.findall(text)
        assert late.sub(r"\2", text) == now.sub(r"\2", text)
        assert (match := late.search(text)) and match["key"] == "A"
    assert (late.pattern, late.flags, late.groups) == (now.pattern, now.flags, now.groups)
    assert pattern(b"a+").fullmatch(b"aa")


def test_it_is_compiled_at_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(re, "compile")
    late = pattern("a")
    monkeypatch.undo()
    assert late.match("a")
    monkeypatch.delattr(re, "compile")
    assert late.match("a")


def test_a_mistake_shows_at_its_first_use() -> None:
    with pytest.raises(re.error):
        pattern("(").match("(")


def test_all_of_them_are_right() -> None:
    names = [one.name for one in walk_packages(wizard.__path__, "wizard.") if not one.name.endswith("__main__")]
    late = [one for name in names for one in vars(import_module(name)).values() if type(one) is _Late]
    assert len(late) > 50
    for one in late:
        assert one.pattern
