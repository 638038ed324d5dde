"""JSON on standard output, and the JSON form of answers."""

from __future__ import annotations

import json
import sys
from typing import Any

from wizard.base.secret import Secret


def print_json(data: Any) -> None:
    """Prints an object or list, indented by two."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    print()


def value_data(value: Any) -> Any:
    """An answer as JSON data: None for a secret, a list for a tuple."""
    if isinstance(value, Secret):
        return None
    return list(value) if isinstance(value, tuple) else value
