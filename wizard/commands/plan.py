"""`jalon plan`: prints the changes that `apply` would make, with diffs; changes nothing."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from wizard.beside import need_apart
from wizard.commands.request import request_of
from wizard.commands.status import NEEDS_ROOT, OK, PENDING, RED
from wizard.host.live import Live
from wizard.host.overlay import Overlay
from wizard.outputs import plan as output
from wizard.outputs.adoption import note_found
from wizard.outputs.as_json import print_json
from wizard.session import open_session
from wizard.walk.plan import plan


def run(args: Namespace) -> int:
    """Plans. Exit status 0: nothing to change, 2: changes, 1: blocked, 77: needs root to know."""
    if args.lay and args.away:
        from wizard.commands.prepared_folder import remove_at_the_end, remove_prepared

        (remove_at_the_end if args.at_end else remove_prepared)(Path(args.lay).absolute())
        return OK
    request = request_of(args)
    host = Live(readers=request.guide.readers)
    session = open_session(request, generate=True, search=host)
    if session.found:
        note_found(session.guide.id, session.found)
    else:
        need_apart(session, args.state_dir or "")
    host = session.live(session.journal())
    steps = list(plan(session.checkpoints(), Overlay(host)))
    lines = {}
    if args.lay:
        from wizard.commands.prepared_files import prepare

        lines = prepare(Path(args.lay).absolute(), steps, session.answers, session.facts.user)
    if args.format == "json":
        print_json(output.data(session.guide.id, session.instance, steps, lines))
    else:
        output.show(steps)
    if any(step.blocked for step in steps):
        return RED
    if any(step.changes for step in steps):
        return PENDING
    return NEEDS_ROOT if any(step.unknown for step in steps) else OK
