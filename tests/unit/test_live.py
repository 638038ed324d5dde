"""The live host: each family is asked once, until it is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, ClassVar

import pytest

from wizard.host import live
from wizard.host.facts import Facts
from wizard.host.files import Content, EntryAt
from wizard.host.live import READERS, Live
from wizard.host.reading import NotKnown, Reading, Unknown


class Asked(Reading[Any]):
    """A made-up question."""

    family: ClassVar[str] = "made-up"
    name: str


class Own(Reading[Any]):
    """One of a family that only a guide knows."""

    family: ClassVar[str] = "own"
    name: str


class Other(Reading[Any]):
    """One of another family."""

    family: ClassVar[str] = "other"
    name: str


class Reader:
    """Answers with the name, and notes what it was asked at once."""

    def __init__(self) -> None:
        self.lots: list[list[str]] = []
        self.threads: set[int] = set()

    def __call__(self, readings: Iterable[Reading[Any]]) -> Mapping[Reading[Any], Any]:
        """Notes and answers."""
        self.threads.add(threading.get_ident())
        wanted = list(readings)
        self.lots.append([getattr(one, "name", "") for one in wanted])
        return {one: Unknown("why") if getattr(one, "name", "") == "unknown" else one for one in wanted}


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Reader]:
    """The readers of the two families, where the live host looks for them."""
    made = {"made-up": Reader(), "other": Reader()}
    module = import_module("wizard.host.records")
    for family, reader in made.items():
        name = family.replace("-", "_")
        monkeypatch.setattr(module, name, reader, raising=False)
        monkeypatch.setitem(live.READERS, family, f"records:{name}")
    return made


def test_an_answer_is_asked_once(readers: dict[str, Reader]) -> None:
    host = Live()
    assert host.read(Asked("a")) == host.read(Asked("a")) == Asked("a")
    assert readers["made-up"].lots == [["a"]]


def test_what_is_expected_is_asked_together(readers: dict[str, Reader]) -> None:
    host = Live()
    host.expect([Asked("a"), Asked("b"), Other("x")])
    host.expect([Asked("b"), Asked("c")])
    host.read(Asked("b"))
    host.read(Asked("c"))
    assert readers["made-up"].lots == [["a", "b", "c"]]
    assert readers["other"].lots == []


def test_what_was_not_expected_is_asked_besides(readers: dict[str, Reader]) -> None:
    host = Live()
    host.expect([Asked("a")])
    host.read(Asked("d"))
    assert readers["made-up"].lots == [["a", "d"]]


def test_a_forgotten_family_is_asked_again(readers: dict[str, Reader]) -> None:
    host = Live()
    host.read(Asked("a"))
    host.read(Other("x"))
    host.forget(["made-up"])
    host.read(Asked("a"))
    host.read(Other("x"))
    assert readers["made-up"].lots == [["a"], ["a"]]
    assert readers["other"].lots == [["x"]]


def test_a_star_forgets_all(readers: dict[str, Reader]) -> None:
    host = Live()
    host.read(Asked("a"))
    host.read(Other("x"))
    host.forget(["*"])
    host.read(Asked("a"))
    host.read(Other("x"))
    assert [len(reader.lots) for reader in readers.values()] == [2, 2]


def test_forgetting_another_family_forgets_nothing(readers: dict[str, Reader]) -> None:
    host = Live()
    host.read(Asked("a"))
    host.forget(["files", ""])
    host.read(Asked("a"))
    assert readers["made-up"].lots == [["a"]]


def test_families_are_asked_side_by_side(readers: dict[str, Reader]) -> None:
    host = Live()
    host.expect([Asked("a"), Other("x"), EntryAt("/")])
    host.prefetch()
    assert host.read(Asked("a")) == Asked("a")
    assert host.read(Other("x")) == Other("x")
    assert [reader.lots for reader in readers.values()] == [[["a"]], [["x"]]]
    assert threading.get_ident() not in readers["made-up"].threads | readers["other"].threads


def test_with_nothing_expected_nothing_is_asked(readers: dict[str, Reader]) -> None:
    Live().prefetch()
    assert [reader.lots for reader in readers.values()] == [[], []]


def test_what_is_known_already_is_not_asked_again(readers: dict[str, Reader]) -> None:
    host = Live()
    host.read(Asked("a"))
    host.expect([Asked("a"), Asked("b")])
    host.prefetch()
    assert readers["made-up"].lots == [["a"], ["b"]]


def test_an_unknown_answer_is_one(readers: dict[str, Reader]) -> None:
    host = Live()
    assert host.read(Asked("unknown")) == Unknown("why")
    with pytest.raises(NotKnown, match="why"):
        host.get(Asked("unknown"))
    assert readers["made-up"].lots == [["unknown"]]


def test_a_crash_of_a_reader_is_told_to_whoever_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(readings: object) -> dict[Reading[Any], Any]:
        raise ZeroDivisionError

    monkeypatch.setattr(import_module("wizard.host.records"), "crash", crash, raising=False)
    monkeypatch.setitem(live.READERS, "made-up", "records:crash")
    host = Live()
    host.expect([Asked("a")])
    host.prefetch()
    with pytest.raises(ZeroDivisionError):
        host.read(Asked("a"))


@pytest.mark.parametrize("family", sorted(READERS))
def test_every_family_has_a_reader(family: str) -> None:
    module, _colon, name = READERS[family].partition(":")
    assert callable(getattr(import_module(f"wizard.host.{module}"), name))


def test_a_guide_brings_readers_of_its_own(readers: dict[str, Reader]) -> None:
    host = Live(readers={"own": "wizard.host.records:made_up"})
    assert host.read(Own("a")) == Own("a")
    assert readers["made-up"].lots == [["a"]]
    assert "own" in host.families


@pytest.mark.parametrize("family", ["files", "journal"])
def test_a_guide_answers_for_no_family_of_ours(family: str) -> None:
    with pytest.raises(ValueError, match=family):
        Live(readers={family: "somewhere:answer"})


def test_facts_are_gathered_once_or_given() -> None:
    assert Live(facts=Facts(hostname="x")).facts.hostname == "x"
    assert Live().facts is Live().facts


def test_the_clock_is_that_of_files(tmp_path: Any) -> None:
    host = Live()
    before = host.clock
    (tmp_path / "file").write_text("x")
    entry = host.get(EntryAt(str(tmp_path / "file")))
    assert entry is not None
    assert before - 1 <= entry.changed <= host.clock + 1


def test_real_files_are_read(tmp_path: Any) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert Live().get(Content(str(tmp_path / "file"))) == b"x"
    assert Live().get(Content(str(tmp_path / "nothing"))) is None
