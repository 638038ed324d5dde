"""The command line, where guides of the machine lie in another folder than /etc/jalon/guides: the first word."""

from __future__ import annotations

import sys
from pathlib import Path

from wizard.cli import main as command_line
from wizard.guides import registry


def main() -> int:
    registry.FOLDER = Path(sys.argv.pop(1))
    return command_line()


if __name__ == "__main__":
    sys.exit(main())
