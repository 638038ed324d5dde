"""The wizard over the made-up guide: `jalon` as a program of its own, whose screens are the plain ones.

python -m tests.screens.madeup WORD...   as `jalon WORD...`; none: the plain walk, its states in MADEUP_STATE.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.forkserver import forked, fresh

LANGUAGE = "MADEUP_LANGUAGE"
STATE = "MADEUP_STATE"


def program(folder: Path, env: Mapping[str, str], *, alone: bool = True) -> Path:
    """A program in that folder that runs this; what it starts as its children is forked.

    `alone`: itself it is started afresh, as the leader of its terminal; else it is forked too, only writes to the
    terminal and reads from it, and hears of its keys for interrupting by signals."""
    path = folder / "jalon"
    child = shlex.join(forked("tests.screens.madeup", env))
    first = shlex.join(fresh("tests.screens.madeup")) if alone else child
    path.write_text(f'#!/bin/sh\n[ $# = 0 ] || exec {child} "$@"\nexec {first}\n')
    path.chmod(0o755)
    return path


def main() -> int:
    from tests.unit.guide_folders import made_up_guides
    from tests.unit.madeup import without_root
    from wizard.guides import registry

    registry.BUILT_IN.clear()
    vars(registry)["load"] = without_root
    if len(sys.argv) > 1:
        from wizard import cli
        from wizard.host import updates
        from wizard.walk import application

        vars(application)["SETTLING"] = 0.0
        # What waits on the machine that runs the tests is not theirs, and slow to ask for.
        vars(updates)["_waiting"] = updates.PendingUpdates
        return cli.main()
    from screens.plain import run
    from wizard.base.language import set_language

    registry.try_folder(made_up_guides() / "madeup")
    sys.argv[0] = os.environ["MADEUP_PROGRAM"]
    try:
        run(set_language(os.environ.get(LANGUAGE)), os.environ[STATE])
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
