"""Where the files that travel with Jalon lie, in a checkout and in an installed package alike."""

from __future__ import annotations

from pathlib import Path

_WIZARD = Path(__file__).resolve().parents[1]


def templates() -> Path:
    """The folder of the templates."""
    packaged = _WIZARD / "_templates"
    return packaged if packaged.is_dir() else _WIZARD.parent / "templates"


def schemas() -> Path:
    """The folder of the JSON Schemas of what commands print with `--format json`: one a command."""
    return _WIZARD / "schemas"


def catalogues() -> Path:
    """The folder of the translations, as gettext lays them out."""
    return _WIZARD / "locale"
