"""JSON on standard output, and the JSON form of answers."""

from __future__ import annotations

from typing import Any, TextIO

from wizard.base.secret import Secret
from wizard.base.visible import json_text
from wizard.outputs.text import put


def print_json(data: Any, stream: TextIO | None = None) -> None:
    """Prints an object or list, indented by two."""
    put(json_text(data, indent=2) + "\n", stream)


def value_data(value: Any) -> Any:
    """An answer as JSON data: None for a secret, a list for a tuple."""
    if isinstance(value, Secret):
        return None
    return list(value) if isinstance(value, tuple) else value
