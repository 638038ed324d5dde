"""`jalon undo`: reverses the changes made for an instance, newest first."""

from __future__ import annotations

import time
from argparse import Namespace
from contextlib import ExitStack

from wizard.base.errors import Busy, Refused, describe_os_error
from wizard.base.language import _
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.changes.kinds import with_those_of
from wizard.commands.request import need_root, request_of
from wizard.commands.running import holder, holding_lock, need_terminal
from wizard.commands.status import INTERRUPTED, OK, RED
from wizard.host.live import Live
from wizard.instances import found_instances
from wizard.outputs.progress import reporter_for
from wizard.record import lock
from wizard.record.journal import Journal
from wizard.record.state import State, instances
from wizard.session import Request, open_session
from wizard.walk import events
from wizard.walk.undoing import Record, Undoing


def run(args: Namespace) -> int:
    """Undoes, under the locks of all instances of the guide. Exit status 0, 1 on failure, 130 if interrupted."""
    need_terminal(args)
    need_root(args)
    request = request_of(args)
    _need_own_instance(request)
    session = open_session(request, generate=False)
    if not session.kept:
        raise Refused(_("nothing was applied to {name}").format(name=session.instance))
    reporter = reporter_for(args.format, args.yes, args.replace_edited)
    began = time.monotonic()

    def machine_of(state: State, descriptor: int) -> Machine:
        return Machine(state, lambda line: reporter.tell(events.Output(line)), descriptor, session.network)

    with holding_lock(session, reporter) as descriptor, ExitStack() as locks:
        machine = machine_of(session.state, descriptor)
        journal = session.journal()
        others = [
            Record(name, Journal(state), machine_of(state, _hold_lock(state, locks)))
            for name, state in instances(args.state_dir, session.guide.id).items()
            if name != session.instance
        ]
        host = session.live(journal)
        known = instances(args.state_dir, session.guide.id)
        neighbours = tuple(found_instances(session.guide, {**known, session.instance: session.state}, host))
        kinds = with_those_of(session.guide.kinds)
        undoing = Undoing(
            host, journal, machine, reporter.tell, reporter.ask, args.with_data, others, neighbours, kinds
        )
        outcome = "failed"
        try:
            reporter.listen()
            undoing.undo()
            outcome = "done"
        except Failed as failure:
            reporter.tell(events.Failure(failure.text, failure.remedy, tuple(failure.output.splitlines()[-15:])))
        except OSError as error:
            reporter.tell(events.Failure(*describe_os_error(error)))
        except KeyboardInterrupt:
            outcome = "interrupted"
        finally:
            reporter.close()
            machine.close()
            reporter.tell(events.Ended(outcome, undoing.changes, time.monotonic() - began))
    if outcome == "done" and args.with_data and session.state.inside is not None:
        # A state inside the instance's folder is removed with the instance.
        session.state.remove()
    return {"done": OK, "interrupted": INTERRUPTED}.get(outcome, RED)


def _need_own_instance(request: Request) -> None:
    """Raises `Refused` where the instance was installed by hand and never adopted."""
    guide = request.guide
    known = {} if guide.state else instances(request.state_dir, guide.id)
    if request.instance in known or (known and not request.instance):
        return
    found = found_instances(guide, known, Live(readers=guide.readers))
    names = [name for name in found if request.instance in (None, name)]
    if names and not request.answers:
        text = _("Jalon did not install {names}, and undoes nothing of it")
        raise Refused(
            text.format(names=", ".join(names)),
            _("`jalon instances {guide}` lists what is here").format(guide=guide.id),
        )


def _hold_lock(state: State, locks: ExitStack) -> int:
    """Locks another instance too, as its journal decides about shared changes. Raises `Busy`."""
    try:
        held = lock.acquire(state.lock, lambda orphans, seconds: None, patience=0.0)
    except lock.AlreadyLocked as held_by:
        text = _("another run is changing the instance {name}, which may share something with this one: {who}")
        told = text.format(name=state.folder.name, who=holder(held_by))
        raise Busy(told, _("wait for it to end, then run this again")) from None
    locks.callback(held.release)
    return held.descriptor
