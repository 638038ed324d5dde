"""`jalon link`: makes `jalon` a command of this machine, or with `--remove` takes that away."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from wizard import shell_name
from wizard.base.errors import NeedsRoot, NotWritable
from wizard.base.language import _
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.commands.status import OK
from wizard.outputs.text import say
from wizard.record.state import State


def run(args: Namespace) -> int:
    """Makes or removes the link, and says so. Raises `NotWritable` with why it does not."""
    if os.geteuid() != 0:
        text = _("`jalon {command}` changes this machine and needs root").format(command="link")
        raise NeedsRoot(text, _("run it again with sudo"))
    if refused := shell_name.irremovable() if args.remove else shell_name.hindrance():
        raise NotWritable(*refused)
    hands = Machine(State(shell_name.RECORD.parent), lambda line: say(line, sys.stderr))
    try:
        if args.remove:
            shell_name.remove(hands)
            text = _("`jalon` is no command of this machine any more: {path} is gone")
        else:
            shell_name.make(hands)
            text = _(
                "`jalon` is a command of this machine: {path} leads to {target}; `jalon link --remove` takes it away"
            )
    except Failed as failed:
        raise NotWritable(failed.text, *filter(None, [failed.remedy])) from None
    say(text.format(path=shell_name.PLACE, target=shell_name.LAUNCHER), sys.stdout)
    return OK
