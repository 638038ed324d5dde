"""TOML, parsed with `tomllib`, or with `tomli` on Python 3.10."""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib as reader
else:
    import tomli as reader


def loads(text: str) -> dict[str, Any]:
    """Parse a TOML document. Raises `ValueError` with the position of the error."""
    return reader.loads(text)
