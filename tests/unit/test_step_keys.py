"""What the key of a step promises, over every guide with the answers of all golden cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.cases.case import cases
from wizard.answers.questions import SECRET
from wizard.authoring.case import Case
from wizard.base.language import set_language
from wizard.guides.registry import guides
from wizard.steps.step import Step

CASES = {case.name: case for case in cases()}
SHAPE = re.compile(r"[a-z]+(-[a-z]+)*(:.+)?")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Whatever a test speaks, the next one finds English."""
    yield
    set_language("en")


def _steps(case: Case) -> list[tuple[str, Step]]:
    return [(point.id, step) for point in case.checkpoints for step in point.steps]


@cache
def _known(name: str) -> list[tuple[str, Step]]:
    return _steps(CASES[name])


def test_every_guide_has_cases() -> None:
    assert {name.split("/")[0] for name in CASES} == set(guides())


@pytest.mark.parametrize("name", CASES)
class TestKeys:
    def test_they_tell_the_steps_of_a_checkpoint_apart(self, name: str) -> None:
        keys = [(point, step.key) for point, step in _known(name)]
        assert len(keys) == len(set(keys))

    def test_one_key_is_of_one_kind_of_step(self, name: str) -> None:
        kinds: dict[str, set[type[Step]]] = {}
        for _point, step in _known(name):
            kinds.setdefault(step.key, set()).add(type(step))
        assert {key: kind for key, kind in kinds.items() if len(kind) > 1} == {}

    def test_they_are_the_same_in_every_language(self, name: str) -> None:
        english = _known(name)
        keys, titles = [step.key for _point, step in english], [step.title for _point, step in english]
        set_language("fr")
        french = _steps(CASES[name])
        assert [step.key for _point, step in french] == keys
        assert [step.title for _point, step in french] != titles

    def test_they_are_a_noun_and_its_subject(self, name: str) -> None:
        assert [step.key for _point, step in _known(name) if not SHAPE.fullmatch(step.key)] == []

    def test_they_hold_no_secret(self, name: str) -> None:
        secrets = {
            CASES[name].answers[question.key].reveal()
            for question in guides()[name.split("/")[0]].questions()
            if question.kind == SECRET
        } - {""}
        told = [step.key for _point, step in _known(name) for secret in secrets if secret in step.key]
        assert told == []
