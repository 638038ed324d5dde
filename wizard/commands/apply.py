"""`jalon apply`: carries the guide out, probing and trying each checkpoint."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from wizard.answers import file as answers_file
from wizard.base.errors import Busy, Refused, in_words
from wizard.base.language import _
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.commands.request import need_checkpoint, need_root, request_of
from wizard.commands.status import INTERRUPTED, OK, RED
from wizard.host.live import Live
from wizard.host.processes import Process
from wizard.outputs.progress import Talk, talk
from wizard.record import lock
from wizard.session import Session, open_session
from wizard.walk import events
from wizard.walk.application import Application


def run(words: Namespace) -> int:
    """Applies. The lock is held, and the answers are kept, before anything is touched."""
    if not words.yes and words.format != "json" and not sys.stdin.isatty():
        raise Refused(_("there is no terminal to ask on: say --yes"))
    need_root(words)
    session = open_session(request_of(words), generate=True)
    points = session.checkpoints(update_since=time.time() if words.update else 0.0)
    need_checkpoint(points, words.until)
    need_checkpoint(points, words.only)
    said = talk(words.format, words.yes, words.replace_edited)
    began = time.monotonic()
    with holding(session, said) as descriptor:
        machine = Machine(session.state, lambda line: said.tell(events.output(line)), descriptor)
        journal = session.journal()
        application = Application(Live(journal, session.facts), session.state, journal, machine, said.tell, said.ask)
        outcome = "failed"
        try:
            said.listen()
            blocks = application.blocks([point for point in points if words.only in ("", point.id)])
            for block in blocks:
                said.tell(events.failure(block.why, block.remedy, ()))
            if blocks:
                outcome = "blocked"
            elif not words.yes and not said.consent(session, points):
                outcome = "declined"
            else:
                answers_file.save(session.state, session.answers)
                outcome = application.apply(points, words.until, words.only)
        except Failed as failure:
            said.tell(events.failure(failure.text, failure.remedy, failure.output.splitlines()[-15:]))
        except OSError as error:
            said.tell(events.failure(*in_words(error), ()))
        except KeyboardInterrupt:
            outcome = "interrupted"
        finally:
            said.close()
            machine.close()
            said.tell(events.end(outcome, application.changes, time.monotonic() - began))
    if outcome in ("blocked", "declined") and not session.kept and session.state.inside is not None:
        session.state.remove()  # nothing was touched, and nothing is to be left
    return {"done": OK, "interrupted": INTERRUPTED, "declined": OK}.get(outcome, RED)


@contextmanager
def holding(session: Session, said: Talk) -> Iterator[int]:
    """Holds the instance's lock; signals that end a run become one interruption, so that it ends in order."""

    def interrupted(number: int, frame: object) -> NoReturn:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    def waiting(orphans: tuple[Process, ...], seconds: float) -> None:
        names = ", ".join(f"{one.name} ({one.pid})" for one in orphans) or "?"
        text = _("a run that was killed left this at work: {names}; waiting for it, {seconds:.0f} s so far")
        said.tell(events.output(text.format(names=names, seconds=seconds)))

    os.umask(0o022)
    session.state.make()
    try:
        held = lock.take(session.state.lock, waiting)
    except lock.Held as busy:
        who = f"{busy.holder.name} ({busy.holder.pid})" if busy.holder else "?"
        text = _("another run is changing this instance: {who}").format(who=who)
        raise Busy(text, _("wait for it to end, then run this again")) from None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        yield held.descriptor
    finally:
        held.release()
