"""`jalon verify`: runs every probe, read-only; with `--trials` the trials too; with `--watch` repeatedly.

On a terminal, what is wrong comes first and the rest is counted; `--all` shows every finding, in the guide's order.
"""

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
from wizard.outputs.reach import reach
from wizard.session import open_session
from wizard.walk.verification import verify

if TYPE_CHECKING:
    from wizard.carry_out import Machine


def run(args: Namespace) -> int:
    """Verifies; the exit status is that of `wizard.commands.status.exit_status`."""
    if args.all_instances:
        from wizard.commands import verify_all

        return verify_all.run(args)
    if args.watch:
        from wizard.commands import watch

        return watch.run(args)
    for option in ("every", "hook", "until_red"):
        if getattr(args, option):
            raise Refused(_("--{option} goes with --watch").format(option=option.replace("_", "-")))
    began = time.monotonic()
    request = request_of(args)
    host = Live(readers=request.guide.readers)
    if request.guide.updates and not args.only:
        # The slowest reading, independent of the answers: started before the guide is loaded.
        host.expect([Updates()])
        host.begin()
    session = open_session(request, generate=False, search=host)
    if session.found:
        from wizard.outputs.adoption import note_found

        note_found(session.guide.id, session.found)
    host.records = session.journal()
    points = session.checkpoints()
    need_checkpoint(points, args.only)
    hands: Machine | None = None
    if args.trials:
        from wizard.carry_out import Machine

        need_root(args)
        hands = Machine(session.state, lambda line: None, network=session.network)
    progress = _progress(args)
    try:
        verified = []
        for one in verify(points, host, session.state, only=args.only, hands=hands, tell=progress.finding):
            verified.append(one)
            progress.checkpoint(one)
        known = reach(session.answers, verified, host)
    finally:
        if hands is not None:
            hands.close()
    seconds = time.monotonic() - began
    address = findings.address(session.answers, session.facts)
    progress.end(session.guide.id, session.instance, session.facts, verified, seconds, sys.stdout, address, known)
    return exit_status(verified)


def _progress(args: Namespace) -> findings.Progress:
    # Whoever asks for one checkpoint wants all of it.
    if args.format != "text" or args.all or args.only or not sys.stdout.isatty():
        return findings.Progress(args.format)
    from wizard.outputs import folded

    return findings.Progress(args.format, folded.show)
