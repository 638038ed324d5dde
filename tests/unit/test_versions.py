"""Version ranges as `pyproject.toml` states them for Python."""

from __future__ import annotations

import pytest

from wizard.base.versions import parse, within


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3.11", (3, 11)),
        (" 3.11.2", (3, 11, 2)),
        ("v2.5.1", (2, 5, 1)),
        ("15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("3.13rc1", (3, 13)),
        ("", ()),
        ("python", ()),
    ],
)
def test_the_numbers_of_a_version(text: str, numbers: tuple[int, ...]) -> None:
    assert parse(text) == numbers


@pytest.mark.parametrize(
    ("version", "requirement", "holds"),
    [
        ("3.11", ">=3.9,<3.13", True),
        ("3.9", ">=3.9,<3.13", True),
        ("3.12", ">=3.9,<3.13", True),
        ("3.13", ">=3.9,<3.13", False),
        ("3.8", ">=3.9,<3.13", False),
        ("3.10", ">= 3.9 , < 4", True),
        ("4.0", "^3.9", False),
        ("3.14", "^3.9", True),
        ("3.8", "^3.9", False),
        ("3.11", "~3.11", True),
        ("3.12", "~3.11", False),
        ("3.12", "~=3.11", True),
        ("4.0", "~=3.11", False),
        ("3.11", "==3.11", True),
        ("3.11", "3.11", True),
        ("3.12", "==3.11", False),
        ("3.11", "!=3.11", False),
        ("3.12", "!=3.11", True),
        ("3.12", ">3.11", True),
        ("3.11", ">3.11", False),
        ("3.11", "<=3.11", True),
        ("3.12", "<=3.11", False),
        # As far as it is given: the distribution's 3.11 may be 3.11.9.
        ("3.11", ">=3.11.2", True),
        ("3.11", "<3.11.2", True),
        ("3.11", ">3.11.2", True),
        ("3.12", "<3.11.2", False),
        # Numbers, not text.
        ("3.9", "<3.10", True),
        ("3.10", ">3.9", True),
        # Nothing is asked.
        ("3.11", "*", True),
        ("3.11", "", True),
    ],
)
def test_whether_a_version_is_within_a_range(version: str, requirement: str, holds: bool) -> None:
    assert within(version, requirement) is holds
