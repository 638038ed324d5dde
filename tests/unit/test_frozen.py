"""Frozen dataclasses: what the standard ones promise, kept."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from wizard.frozen import frozen


@frozen
class Place:
    """A place."""

    path: str
    port: int = 0
    note: str = field(default="", compare=False)


@frozen(eq=False, repr=False)
class Named:
    """Something that is only itself."""

    name: str


@frozen(eq=False, repr=False)
class Known(Named):
    """One more field."""

    since: int = 0


@frozen
class Own:
    """One that says itself what it equals."""

    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())


def test_they_are_compared_and_hashed_by_their_fields() -> None:
    assert Place("/a", 1, "x") == Place("/a", 1, "y") != Place("/a", 2)
    assert len({Place("/a", 1), Place("/a", 1), Place("/b")}) == 2
    assert repr(Place("/a")) == "Place(path='/a', port=0, note='')"


def test_one_that_compares_by_itself_is_only_itself() -> None:
    one = Named("a")
    assert one != Named("a") and {one: 1}[one] == 1


def test_what_a_class_says_itself_stays() -> None:
    assert Own("A") == Own("a") and len({Own("A"), Own("a")}) == 1


@pytest.mark.parametrize("one", [Place("/a"), Known("a", 2)], ids=["compared", "derived"])
def test_nothing_is_set_or_deleted_afterwards(one: object) -> None:
    first = fields(one)[0].name  # type: ignore[arg-type]
    before = getattr(one, first)
    with pytest.raises(FrozenInstanceError):
        setattr(one, first, "another")
    with pytest.raises(FrozenInstanceError):
        one.unheard_of = 1  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        delattr(one, first)
    assert getattr(one, first) == before


def test_they_are_dataclasses_like_any_other() -> None:
    assert [one.name for one in fields(Known)] == ["name", "since"]
    assert replace(Place("/a", 1), port=2) == Place("/a", 2)
    assert copy.deepcopy(Place("/a", 1)) == Place("/a", 1)
