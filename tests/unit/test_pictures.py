"""The picture in the README."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_it_is_what_verify_prints(tmp_path: Path) -> None:
    """After a change on purpose `docs/picture` draws it anew."""
    drawn = tmp_path / "drawn.svg"
    words = [sys.executable, str(DOCS / "picture"), str(DOCS / "recorded/red-verify.json"), str(drawn)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    assert drawn.read_text() == (DOCS / "verify.svg").read_text()
