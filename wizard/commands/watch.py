"""`jalon verify --watch`: one verification after another; what changed is shown, and told to a hook."""

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
from wizard.outputs.watching import Watching, outcomes, turns
from wizard.session import Session, open_session
from wizard.walk.verification import Verified, verify

EVERY = 10.0


def run(words: Namespace) -> int:
    """Watches until it is interrupted; with `--until-red`, until something is red, which is its exit status then."""
    every = _seconds(words.every)
    if words.trials:
        raise Refused(
            _("--watch only looks; make trials with `jalon verify {guide} --trials`").format(guide=words.guide)
        )
    if words.format == "junit":
        raise Refused(_("--watch prints text or JSON, an object a line"))
    shows: Watching | None = None
    before: dict[str, str] | None = None
    while True:
        began = time.monotonic()
        # Anew each time: whoever applies meanwhile may change the answers.
        request = request_of(words)
        session = open_session(request, generate=False, search=Live(readers=request.guide.readers))
        shows = shows or _watching(session, words.format, every)
        verified = _pass(session, words.only)
        changed = turns(before, verified)
        shows.show(verified, changed, time.monotonic() - began, first=before is None)
        if words.hook and changed:
            from wizard.commands.hook import call

            if wrong := call(words.hook, shows.told(verified, changed) + "\n"):
                print(wrong, file=sys.stderr, flush=True)
        if words.until_red and exit_status(verified) == RED:
            return RED
        before = outcomes(verified)
        time.sleep(max(0.0, every - (time.monotonic() - began)))


def _pass(session: Session, only: str) -> list[Verified]:
    host = session.live(session.journal())
    if not only:
        # By far the slowest: it is asked while the guide is read.
        host.expect([Updates()])
        host.begin()
    points = session.checkpoints()
    need_checkpoint(points, only)
    return list(verify(points, host, session.state, only=only))


def _watching(session: Session, form: str, every: float) -> Watching:
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
