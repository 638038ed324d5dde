"""Which step of a guide is meant: by its key, or by its title, as states of earlier versions name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.language import LANGUAGES, using_language
from wizard.guide import Checkpoint
from wizard.steps.step import Step

Place = tuple[Checkpoint, Step]


def step_of(key: str, point: Checkpoint, points: Sequence[Checkpoint]) -> Place | None:
    """The step of that key with its checkpoint: `point`'s own, else the first of the guide; None where there is
    none."""
    return next((place for place in _places(point, points) if place[1].key == key), None)


def key_of(name: str, point: Checkpoint, points: Sequence[Checkpoint]) -> str:
    """The key of the step that a state names, in the same order; "" where the guide has no such step.

    States of earlier versions hold its title, in the language that was spoken then.
    """
    if not name or step_of(name, point, points):
        return name
    for language in LANGUAGES:
        with using_language(language):
            for _point, step in _places(point, points):
                if step.title == name:
                    return step.key
    return ""


def _places(point: Checkpoint, points: Sequence[Checkpoint]) -> Iterator[Place]:
    yield from ((one, step) for one in (point, *points) for step in one.steps)
