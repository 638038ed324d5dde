"""As `elsewhere`, with little patience for a guide."""

from __future__ import annotations

import sys

from tests.unit.guides import elsewhere
from wizard.guides import outside


def main() -> int:
    outside.PATIENCE = 0.5
    return elsewhere.main()


if __name__ == "__main__":
    sys.exit(main())
