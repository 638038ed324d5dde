"""`jalon verify --watch`: verifies repeatedly, and prints changes or passes them to a hook."""

from __future__ import annotations

import math
import sys
import time
from argparse import Namespace

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.commands.request import need_checkpoint, request_of
from wizard.commands.status import RED, exit_status
from wizard.host.live import Live
from wizard.host.updates import Updates
from wizard.outputs.text import say
from wizard.outputs.watching import Watching, outcome_changes, outcomes
from wizard.session import Session, open_session
from wizard.walk.verification import Verified, verify

EVERY = 10.0


def run(args: Namespace) -> int:
    """Watches until interrupted; with `--until-red`, until a verification fails, and then returns `RED`."""
    every = _seconds(args.every)
    if args.trials:
        raise Refused(
            _("--watch only looks; make trials with `jalon verify {guide} --trials`").format(guide=args.guide)
        )
    if args.format == "junit":
        raise Refused(_("--watch prints text or JSON, an object a line"))
    output: Watching | None = None
    before: dict[str, str] | None = None
    while True:
        began = time.monotonic()
        # Opened each time, as the answers may be changed meanwhile.
        request = request_of(args)
        session = open_session(request, generate=False, search=Live(readers=request.guide.readers))
        output = output or _watch_output(session, args.format, every)
        verified = _verify_once(session, args.only)
        changed = outcome_changes(before, verified)
        output.show(verified, changed, time.monotonic() - began, first=before is None)
        if args.hook and changed:
            from wizard.commands.hook import call_hook

            if error := call_hook(args.hook, output.json_line(verified, changed) + "\n"):
                say(error, sys.stderr)
        if args.until_red and exit_status(verified) == RED:
            return RED
        before = outcomes(verified)
        time.sleep(max(0.0, every - (time.monotonic() - began)))


def _verify_once(session: Session, only: str) -> list[Verified]:
    host = session.live(session.journal())
    if session.guide.updates and not only:
        # The slowest reading: started before the guide is loaded.
        host.expect([Updates()])
        host.begin()
    points = session.checkpoints()
    need_checkpoint(points, only)
    return list(verify(points, host, session.state, only=only))


def _watch_output(session: Session, form: str, every: float) -> Watching:
    heading = _("{guide} {instance}, every {every:g} s; Ctrl+C ends this").format(
        guide=session.guide.title(), instance=session.instance, every=every
    )
    return Watching(session.guide.id, session.instance, form, heading)


def _seconds(text: str | None) -> float:
    try:
        seconds = EVERY if text is None else float(text)
    except ValueError:
        seconds = math.nan
    if not 1 <= seconds <= 86400:
        raise Refused(_("--every takes a number of seconds from 1 to 86400, not `{text}`").format(text=text))
    return seconds
