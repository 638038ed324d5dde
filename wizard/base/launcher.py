"""What a person types to start this Jalon."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def command_name() -> str:
    """`jalon` where the shell finds this one by it; otherwise the launcher's path, as a shell's word."""
    program = Path(sys.argv[0])
    if program.name != "jalon" or not program.is_absolute():
        return "jalon"
    found = shutil.which("jalon")
    if found and Path(found).resolve() == program.resolve():
        return "jalon"
    return shlex.quote(str(program))
