"""`jalon plan`: what would change, with differences; changes nothing."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from wizard.commands.request import request_of
from wizard.commands.status import NEEDS_ROOT, OK, PENDING, RED
from wizard.host.live import Live
from wizard.host.overlay import Overlay
from wizard.outputs import plan as output
from wizard.outputs.adoption import note
from wizard.outputs.as_json import print_json
from wizard.session import open_session
from wizard.walk.plan import plan


def run(words: Namespace) -> int:
    """Plans; 0 nothing to change, 2 something, 1 something stands in the way, 77 root must look."""
    if words.lay and words.away:
        from wizard.commands.lay import away

        away(Path(words.lay).absolute())
        return OK
    request = request_of(words)
    host = Live(readers=request.guide.readers)
    session = open_session(request, generate=True, search=host)
    if session.found:
        note(session.guide.id, session.found)
    host = session.live(session.journal())
    steps = list(plan(session.checkpoints(), Overlay(host)))
    lines = {}
    if words.lay:
        from wizard.commands.lay import lay

        lines = lay(Path(words.lay).absolute(), steps, session.answers, session.facts.user)
    if words.format == "json":
        print_json(output.data(session.guide.id, session.instance, steps, lines))
    else:
        output.show(steps)
    if any(step.blocked for step in steps):
        return RED
    if any(step.changes for step in steps):
        return PENDING
    return NEEDS_ROOT if any(step.unknown for step in steps) else OK
