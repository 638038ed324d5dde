"""The golden cases of Jalon's own guides, a folder each (`wizard.authoring.case` says what a case is)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wizard.authoring.case import Case
from wizard.authoring.case import case as case_of
from wizard.guides.registry import guides

HERE = Path(__file__).parent


def case(path: Path) -> Case:
    """The case in a file, whose folder bears the guide's name."""
    return case_of(path, guides()[path.parent.name])


def cases() -> Iterator[Case]:
    """Every case of every guide."""
    for path in sorted(HERE.glob("*/*.toml")):
        yield case(path)
