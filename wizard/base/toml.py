"""TOML: the standard library's reader where there is one, its ancestor on Python 3.10."""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib as reader
else:
    import tomli as reader


def loads(text: str) -> dict[str, Any]:
    """The values in a TOML document. Raises `ValueError` with the place where it is none."""
    return reader.loads(text)
