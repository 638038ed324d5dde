"""`jalon verify`: every probe, read-only; with `--trials` those that prove by acting too; `--watch` repeats it."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.commands.request import need_checkpoint, need_root, request_of
from wizard.commands.status import exit_status
from wizard.host.live import Live
from wizard.host.updates import Updates
from wizard.outputs import findings
from wizard.session import open_session
from wizard.walk.verification import verify

if TYPE_CHECKING:
    from wizard.carry_out import Machine


def run(words: Namespace) -> int:
    """Verifies; see `wizard.commands.status.exit_status`."""
    if words.watch:
        from wizard.commands import watch

        return watch.run(words)
    for option in ("every", "hook", "until_red"):
        if getattr(words, option):
            raise Refused(_("--{option} goes with --watch").format(option=option.replace("_", "-")))
    began = time.monotonic()
    request = request_of(words)
    host = Live(readers=request.guide.readers)
    if not words.only:
        # By far the slowest, and the same whatever the answers are: it is asked while the guide is read.
        host.expect([Updates()])
        host.begin()
    session = open_session(request, generate=False, search=host)
    if session.found:
        from wizard.outputs.adoption import note

        note(session.guide.id, session.found)
    host.records = session.journal()
    points = session.checkpoints()
    need_checkpoint(points, words.only)
    hands: Machine | None = None
    if words.trials:
        from wizard.carry_out import Machine

        need_root(words)
        hands = Machine(session.state, lambda line: None)
    shows = findings.Progress(words.format)
    try:
        verified = []
        for one in verify(points, host, session.state, only=words.only, hands=hands):
            verified.append(one)
            shows.checkpoint(one)
    finally:
        if hands is not None:
            hands.close()
    seconds = time.monotonic() - began
    shows.end(session.guide.id, session.instance, session.facts, verified, seconds, sys.stdout)
    return exit_status(verified)
