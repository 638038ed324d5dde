"""Whoever owns a part of the host gains nothing of the rest: every attack known, made on one machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.tenants import changing, databases, parsing, processes, reading, records, serving, stalling, words
from tests.machine.tenants.attack import ATTACKS, Attack
from tests.machine.tenants.ground import Ground, grounds

MODULES = (reading, parsing, changing, databases, records, words, processes, serving, stalling)


@pytest.fixture(scope="module")
def ground(machines: None) -> Iterator[Ground]:
    yield from grounds()


def cases() -> list[object]:
    """Every attack as a case. One that gets through must do so until it is mended and its mark taken away."""
    return [pytest.param(one, id=one.name, marks=_marks(one)) for one in sorted(ATTACKS, key=lambda one: one.last)]


def _marks(one: Attack) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=one.open, strict=True)] if one.open else []


@pytest.mark.parametrize("one", cases())
def test_it_does_not_get_through(ground: Ground, one: Attack) -> None:
    try:
        one.run(ground)
        ground.holds(one.allowed)
    finally:
        if not one.last:
            ground.back()
