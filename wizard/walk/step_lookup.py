"""Finds a step of a guide by its key, or by its title, under which states of earlier versions keep it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.language import LANGUAGES, using_language
from wizard.guide import Checkpoint
from wizard.steps.step import Step

Place = tuple[Checkpoint, Step]


def find_step(key: str, point: Checkpoint, points: Sequence[Checkpoint]) -> Place | None:
    """The step with that key and its checkpoint, searched in `point` and then in `points`; None if there is none."""
    return next((place for place in _places(point, points) if place[1].key == key), None)


def step_key(name: str, point: Checkpoint, points: Sequence[Checkpoint]) -> str:
    """The key of the step that a state names, searched in the same order; "" if the guide has no such step.

    States of earlier versions hold its title, in the language in use then.
    """
    if not name or find_step(name, point, points):
        return name
    for language in LANGUAGES:
        with using_language(language):
            for _point, step in _places(point, points):
                if step.title == name:
                    return step.key
    return ""


def _places(point: Checkpoint, points: Sequence[Checkpoint]) -> Iterator[Place]:
    yield from ((one, step) for one in (point, *points) for step in one.steps)
