"""Shared by commands that change the machine: the terminal, the lock, and signals."""

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
from wizard.outputs.progress import Reporter
from wizard.record import lock
from wizard.session import Session
from wizard.walk import events


def need_terminal(args: Namespace) -> None:
    """Raises `Refused` where questions may come up and there is no terminal to ask on."""
    if not args.yes and args.format != "json" and not sys.stdin.isatty():
        raise Refused(_("there is no terminal to ask on: say --yes"))


def busy_error(held: lock.AlreadyLocked) -> Busy:
    """The error for an instance whose lock another run holds."""
    text = _("another run is changing this instance: {who}").format(who=holder(held))
    return Busy(text, _("wait for it to end, then run this again"))


def holder(held: lock.AlreadyLocked) -> str:
    """The name and PID of the process that holds a lock, "?" if unknown."""
    return f"{held.holder.name} ({held.holder.pid})" if held.holder else "?"


@contextmanager
def holding_lock(session: Session, reporter: Reporter) -> Iterator[int]:
    """Holds the instance's lock, and yields its file descriptor; raises `Busy`.

    The first signal raises `KeyboardInterrupt`; later ones are ignored, so that the run ends regularly.
    """

    def interrupted(number: int, frame: object) -> NoReturn:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    def waiting(orphans: tuple[Process, ...], seconds: float) -> None:
        names = ", ".join(f"{one.name} ({one.pid})" for one in orphans) or "?"
        text = _("a run that was killed left this at work: {names}; waiting for it, {seconds:.0f} s so far")
        reporter.tell(events.Output(text.format(names=names, seconds=seconds)))

    os.umask(0o022)
    session.state.make()
    try:
        held = lock.acquire(session.state.lock, waiting)
    except lock.AlreadyLocked as held_by:
        raise busy_error(held_by) from None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        yield held.descriptor
    finally:
        held.release()
