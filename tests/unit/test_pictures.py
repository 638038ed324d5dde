"""The picture in the README."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_it_is_what_verify_prints(tmp_path: Path) -> None:
    """After a change on purpose `docs/picture` draws it anew."""
    drawn = tmp_path / "drawn.svg"
    words = [sys.executable, str(DOCS / "picture"), str(DOCS / "recorded/en/red-verify.json"), str(drawn)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    assert drawn.read_text() == (DOCS / "verify.svg").read_text()


def test_every_test_that_the_page_of_the_wizard_names_is_there() -> None:
    named = re.findall(r"`(test_\w+\.py)::(\w+)`", (DOCS / "wizard.md").read_text())
    assert len(named) > 30
    there = {
        (file.name, name)
        for file in (DOCS.parent / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", file.read_text())
    }
    assert set(named) - there == set()
