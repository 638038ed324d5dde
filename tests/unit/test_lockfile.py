"""A lock beside an environment: what differs, and what is said of files that are not what Poetry writes."""

from __future__ import annotations

import pytest

from wizard.base.ranges import required_python
from wizard.host.lockfile import mismatches

PROJECT = b'[tool.poetry.dependencies]\npython = "^3.9"\nDjango = "~4.2"\n'
LOCK = b'[[package]]\nname = "django"\nversion = "4.2.30"\n'


def test_what_differs() -> None:
    assert mismatches(PROJECT, LOCK, {"django": "4.2.1"}) == ("django 4.2.1, locked 4.2.30",)
    assert mismatches(PROJECT, LOCK, {"django": "4.2.30"}) == ()


@pytest.mark.parametrize(
    "project", [b"tool = 1", b"[tool]\npoetry = []", b"[tool.poetry]\ndependencies = 'x'\nextras = 1", b""]
)
def test_a_project_of_another_kind_asks_for_nothing(project: bytes) -> None:
    assert mismatches(project, LOCK, {}, ("ldap",)) == ()
    assert required_python(project) == ""


@pytest.mark.parametrize("lock", [b"[[package]]\nname = 'x'\n", b"package = [1]", b"x = [" * 5000, b"\xff", b"a = 'x"])
def test_a_lock_that_cannot_be_understood_is_told(lock: bytes) -> None:
    with pytest.raises(ValueError):
        mismatches(PROJECT, lock, {})


def test_other_things_in_its_place_are_no_packages() -> None:
    assert mismatches(PROJECT, b"package = 'x'", {}) == ()
