"""What runs that change a machine share: a terminal to ask on, the lock, and signals as one interruption."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from wizard.base.errors import Busy, Refused
from wizard.base.language import _
from wizard.host.processes import Process
from wizard.outputs.progress import Talk
from wizard.record import lock
from wizard.session import Session
from wizard.walk import events


def need_terminal(words: Namespace) -> None:
    """Raises `Refused` where somebody must be asked and cannot be."""
    if not words.yes and words.format != "json" and not sys.stdin.isatty():
        raise Refused(_("there is no terminal to ask on: say --yes"))


def busy(held: lock.AlreadyLocked) -> Busy:
    """What is said where another run holds the instance's lock."""
    text = _("another run is changing this instance: {who}").format(who=holder(held))
    return Busy(text, _("wait for it to end, then run this again"))


def holder(held: lock.AlreadyLocked) -> str:
    """The name and number of the process that holds a lock."""
    return f"{held.holder.name} ({held.holder.pid})" if held.holder else "?"


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
        said.tell(events.Output(text.format(names=names, seconds=seconds)))

    os.umask(0o022)
    session.state.make()
    try:
        held = lock.acquire(session.state.lock, waiting)
    except lock.AlreadyLocked as held_by:
        raise busy(held_by) from None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        yield held.descriptor
    finally:
        held.release()
