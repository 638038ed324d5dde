"""`jalon` as tests bend it: python -m tests.unit.madeup WORD...

Built-in guides are not there, so that `--guides` tells which there are; nothing is waited for that takes its time only
on a real machine; and with MADEUP_ROOT set, changing needs no root.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

from wizard.base.values import replace
from wizard.guide import Guide
from wizard.guides import registry
from wizard.guides.outside import Source, load
from wizard.host.updates import PendingUpdates


def without_root(source: Source) -> Guide:
    """A guide of a folder, as one that needs no root."""
    return replace(load(source), root=False)


def main() -> int:
    registry.BUILT_IN.clear()
    from wizard import cli

    # Where root would note its practice instances is the state of the machine that runs the tests.
    listed = os.environ.get("HOME", "") + ".listed"
    vars(import_module("wizard.instances"))["_list"] = lambda guide, given: Path(given or listed) / "folders.json"
    if "apply" in sys.argv:  # here and not always: tests look at what is loaded
        vars(import_module("wizard.walk.application"))["SETTLING"] = 0.0
    if "fix" in sys.argv:
        vars(import_module("wizard.walk.fixing"))["SETTLING"] = 0.0
    # What waits on the machine that runs the tests is not theirs, and slow to ask for.
    vars(import_module("wizard.host.updates"))["_waiting"] = PendingUpdates
    if os.environ.get("MADEUP_ROOT"):
        for name in ("adopt", "apply", "fix", "undo", "verify", "request"):
            vars(import_module(f"wizard.commands.{name}"))["need_root"] = lambda words: None
        vars(registry)["load"] = without_root
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
