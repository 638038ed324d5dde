"""What may come back from a child that reads as somebody else."""

from __future__ import annotations

import os
import pickle
from pathlib import PurePosixPath
from typing import Any

import pytest

from wizard.base.values import Value
from wizard.host.files import Entry
from wizard.host.handover import Broken, made, pack, unpack
from wizard.host.reading import Unknown


class Nested(Value):
    """One value within another."""

    inner: Any
    more: tuple[Any, ...] = ()


@pytest.mark.parametrize(
    "answer",
    [
        *(None, True, 1, 2**80, 1.5, "text", b"bytes", "\ud800"),
        *((1, "a"), [1, [2]], {"a": {1: 2}}, {1, 2}, frozenset({("a", "b")})),
        Unknown("why", "root"),
        Entry("link", target="x"),
        (Nested(Entry()), [Nested({"a": Entry()}, (Nested(1),))]),
    ],
    ids=str,
)
def test_plain_things_and_values_come_back_as_they_were(answer: Any) -> None:
    found = unpack(pack(answer))
    assert found == answer and type(found) is type(answer)


@pytest.mark.parametrize(
    "answer",
    [os.getcwd, Entry, PurePosixPath("/"), [object()], lambda: None, Nested(os.getcwd)],
)
def test_nothing_else_is_handed_over(answer: Any) -> None:
    with pytest.raises(Broken):
        pack(answer)


class Evil:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/jalon-evil",)


def call(*arguments: Any) -> bytes:
    """A stream that calls the only thing it may, with arguments of its choice."""

    class Called:
        def __reduce__(self) -> Any:
            return made, arguments

    return pickle.dumps(Called())


@pytest.mark.parametrize(
    "stream",
    [
        pickle.dumps(Evil()),
        pickle.dumps(os.getcwd),
        pickle.dumps(Entry),
        pickle.dumps(PurePosixPath("/")),
        call("os", "system", ("true",)),
        call("builtins", "object", ()),
        call("wizard.host.files", "Entry", ()),
        call("wizard.host.files", "Entry", ("file",) * 99),
        call("wizard.host.files", "Content.family", ()),
        call("wizard.host.files", "answer", ()),
        call("no.such.module", "Entry", ()),
        b"",
        b"\x80\x05",
        b"\x00" * 100,
        pickle.dumps([1] * 1000)[:-5],
        # Sets an attribute of what may be called.
        b"\x80\x02cwizard.host.handover\nmade\nN}X\x01\x00\x00\x00aK\x01s\x86b.",
    ],
)
def test_a_stream_that_holds_anything_else_is_broken(stream: bytes) -> None:
    with pytest.raises(Broken):
        unpack(stream)
    assert not vars(type(made)).get("a")
