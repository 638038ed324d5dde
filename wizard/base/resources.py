"""Paths of the data files that ship with Jalon, in a checkout or an installed package."""

from __future__ import annotations

from pathlib import Path

_WIZARD = Path(__file__).resolve().parents[1]


def templates() -> Path:
    """Return the folder of the Jinja2 templates."""
    packaged = _WIZARD / "_templates"
    return packaged if packaged.is_dir() else _WIZARD.parent / "templates"


def schemas() -> Path:
    """Return the folder of the JSON Schemas for `--format json`, one per command."""
    return _WIZARD / "schemas"


def catalogues() -> Path:
    """Return the folder of the gettext catalogues."""
    return _WIZARD / "locale"


def known_causes() -> Path:
    """Return the file of the causes that the code can name."""
    return _WIZARD / "outputs" / "causes.json"
