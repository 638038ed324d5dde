"""`jalon apply`: applies the guide, probing and trying each checkpoint."""

from __future__ import annotations

import time
from argparse import Namespace

from wizard.answers import file as answers_file
from wizard.base.errors import describe_os_error
from wizard.beside import need_apart
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.commands.request import need_checkpoint, need_root, request_of
from wizard.commands.running import holding_lock, need_terminal
from wizard.commands.status import INTERRUPTED, OK, RED
from wizard.instances import remember
from wizard.outputs.progress import reporter_for
from wizard.session import open_session
from wizard.walk import events
from wizard.walk.application import Application


def run(args: Namespace) -> int:
    """Applies under the lock; the answers are saved before the first change. Exit status 0 also if declined."""
    need_terminal(args)
    need_root(args)
    session = open_session(request_of(args), generate=True)
    need_apart(session, args.state_dir or "")
    points = session.checkpoints(update_since=time.time() if args.update else 0.0)
    need_checkpoint(points, args.until)
    need_checkpoint(points, args.only)
    reporter = reporter_for(args.format, args.yes, args.replace_edited)
    began = time.monotonic()
    with holding_lock(session, reporter) as descriptor:
        machine = Machine(session.state, lambda line: reporter.tell(events.Output(line)), descriptor, session.network)
        journal = session.journal()
        application = Application(session.live(journal), session.state, journal, machine, reporter.tell, reporter.ask)
        outcome = "failed"
        try:
            reporter.listen()
            chosen = [point for point in points if args.only in ("", point.id)]
            # With --yes nobody is asked, in any format.
            blocks = application.blocks(chosen) if args.yes else application.settle(chosen, reporter.ask)
            for block in {one.why: one for one in blocks}.values():
                reporter.tell(events.Failure(block.why, block.remedy))
            if blocks:
                outcome = "blocked"
            elif not args.yes and not reporter.consent(session, points):
                outcome = "declined"
            else:
                answers_file.save(session.state, session.answers)
                remember(session.guide, session.instance, args.state_dir)
                outcome = application.apply(points, args.until, args.only)
        except Failed as failure:
            reporter.tell(events.Failure(failure.text, failure.remedy, tuple(failure.output.splitlines()[-15:])))
        except OSError as error:
            reporter.tell(events.Failure(*describe_os_error(error)))
        except KeyboardInterrupt:
            outcome = "interrupted"
        finally:
            reporter.close()
            machine.close()
            reporter.tell(events.Ended(outcome, application.changes, time.monotonic() - began))
    if outcome in ("blocked", "declined") and not session.kept and session.state.inside is not None:
        session.state.remove()  # nothing was changed, so leave no state either
    return {"done": OK, "interrupted": INTERRUPTED, "declined": OK}.get(outcome, RED)
