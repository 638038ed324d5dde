"""Where the files that travel with Jalon lie, in a checkout and in an installed package alike."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def templates() -> Path:
    """The folder of the templates."""
    packaged = _HERE / "_templates"
    return packaged if packaged.is_dir() else _HERE.parent / "templates"


def schemas() -> Path:
    """The folder of the JSON Schemas of what commands print with `--format json`: one a command."""
    return _HERE / "schemas"
