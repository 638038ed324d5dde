"""JSON on standard output, and what of it many shapes share."""

from __future__ import annotations

import json
import sys
from typing import Any

from wizard.base.secret import Secret


def print_json(data: Any) -> None:
    """Prints one object or list, indented."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    print()


def value_data(value: Any) -> Any:
    """An answer as JSON has it: null for a secret, a list for a tuple."""
    if isinstance(value, Secret):
        return None
    return list(value) if isinstance(value, tuple) else value
