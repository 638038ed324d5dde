"""The wizard over the made-up guide: `jalon` as a program of its own, whose screens are the plain ones.

python tests/screens/madeup.py WORD...   as `jalon WORD...`; none: the plain walk, its states in MADEUP_STATE.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from wizard.base.values import replace

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = "MADEUP_LANGUAGE"
STATE = "MADEUP_STATE"


def program(folder: Path) -> Path:
    """A program in that folder that runs this."""
    path = folder / "jalon"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).resolve()} "$@"\n')
    path.chmod(0o755)
    return path


def main() -> int:
    sys.path[0] = str(ROOT)
    from tests.unit.madeup import MADEUP, known

    known(replace(MADEUP, root=False))
    if len(sys.argv) > 1:
        from wizard import cli
        from wizard.walk import application

        vars(application)["SETTLING"] = 0.0
        return cli.main()
    from screens.plain import run
    from wizard.base.language import speak

    sys.argv[0] = os.environ["MADEUP_PROGRAM"]
    try:
        run(speak(os.environ.get(LANGUAGE)), os.environ[STATE])
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
