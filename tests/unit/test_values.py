"""Immutable values: what frozen dataclasses promise, kept."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.base.values import Value, as_dict, field_names, replace
from wizard.base.values import field as told


class Place(Value):
    """A place."""

    kinds: ClassVar[int] = 3
    path: str
    port: int = 0
    note: str = field(default="", compare=False)


class Named(Value):
    """A base with one field."""

    name: str


class Known(Named):
    """One more field, made anew for each."""

    since: list[int] = told(default_factory=list, hash=False, repr=False)


class Renamed(Known):
    """A field that is declared anew keeps its place, and has a default from here on."""

    name: str = "anybody"


class Own(Value):
    """One that says itself what it equals."""

    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())


@dataclass(frozen=True)
class Standard:
    """The standard library's own, with the same fields as `Place`."""

    path: str
    port: int = 0
    note: str = field(default="", compare=False)


def test_they_are_compared_and_hashed_by_their_fields() -> None:
    assert Place("/a", 1, "x") == Place("/a", 1, "y") != Place("/a", 2)
    assert len({Place("/a", 1), Place("/a", 1, "y"), Place("/b")}) == 2
    assert repr(Place("/a")) == "Place(path='/a', port=0, note='')"
    assert hash(Known("a", [1])) == hash(Known("a", [2])) and Known("a", [1]) != Known("a", [2])
    assert repr(Known("a")) == "Known(name='a')"


def test_another_class_is_another_value() -> None:
    assert Named("a") != Known("a") and Named("a") != "a"


def test_what_a_class_says_itself_stays() -> None:
    assert Own("A") == Own("a") and len({Own("A"), Own("a")}) == 1


def test_defaults() -> None:
    assert Known("a").since == [] and Known("a").since is not Known("a").since
    assert Renamed() == Renamed("anybody", []) and field_names(Renamed) == ("name", "since")


@pytest.mark.parametrize(
    ("given", "named", "wrong"),
    [
        ((), {}, "lacks a value for 'path'"),
        (("/a", 1, "", 4), {}, "takes 3 values, not 4"),
        (("/a",), {"path": "/b"}, "has two values for 'path'"),
        (("/a",), {"speed": 1}, "has no field 'speed'"),
    ],
)
def test_what_does_not_fit_is_refused(given: tuple[Any, ...], named: dict[str, Any], wrong: str) -> None:
    with pytest.raises(TypeError, match=wrong):
        Place(*given, **named)


@pytest.mark.parametrize("one", [Place("/a"), Known("a", [2])], ids=["compared", "derived"])
def test_nothing_is_set_or_deleted_afterwards(one: Value) -> None:
    first = field_names(one)[0]
    before = getattr(one, first)
    with pytest.raises(FrozenInstanceError):
        setattr(one, first, "another")
    with pytest.raises(FrozenInstanceError):
        one.unheard_of = 1
    with pytest.raises(FrozenInstanceError):
        delattr(one, first)
    assert getattr(one, first) == before


def test_they_are_replaced_copied_and_told_as_data() -> None:
    assert replace(Place("/a", 1), port=2) == Place("/a", 2)
    kept = pickle.loads(pickle.dumps(Place("/a", 1)))
    assert copy.copy(kept) == copy.deepcopy(kept) == kept == Place("/a", 1)
    told = as_dict(Known(name="a", since=[1]))
    assert told == {"name": "a", "since": [1]}
    assert as_dict(Named((Place("/a"), {"b": Place("/b")}))) == {  # type: ignore[arg-type]
        "name": (as_dict(Place("/a")), {"b": as_dict(Place("/b"))})
    }


VALUES = st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.sampled_from("xy"))


@given(VALUES, VALUES)
def test_they_equal_one_another_as_standard_ones_do(one: Any, other: Any) -> None:
    assert (Place(*one) == Place(*other)) is (Standard(*one) == Standard(*other))
    assert Place(*one) != Place(*other) or hash(Place(*one)) == hash(Place(*other))
    assert repr(Place(*one)).removeprefix("Place") == repr(Standard(*one)).removeprefix("Standard")
