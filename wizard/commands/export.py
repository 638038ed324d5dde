"""`jalon export`: the guide for these answers as a script."""

from __future__ import annotations

from argparse import Namespace

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.commands.request import request_of
from wizard.commands.status import OK
from wizard.host.bare import BareHost
from wizard.host.overlay import Overlay
from wizard.outputs import script
from wizard.outputs.text import put
from wizard.session import open_session
from wizard.walk.plan import plan


def run(args: Namespace) -> int:
    """Prints the script. It contains no secrets: it reads them from the environment or a file when it runs."""
    if args.format != "script":
        raise Refused(_("only --format script is there so far"))
    session = open_session(request_of(args), generate=True)
    steps = list(plan(session.checkpoints(), Overlay(BareHost(session.facts))))
    put(script.render(session.guide.title(), session.instance, session.answers, steps, session.guide.root))
    return OK
