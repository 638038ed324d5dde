"""`jalon apply`: carries the guide out, probing and trying each checkpoint."""

from __future__ import annotations

import time
from argparse import Namespace

from wizard.answers import file as answers_file
from wizard.base.errors import describe_os_error
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.commands.request import need_checkpoint, need_root, request_of
from wizard.commands.running import holding, need_terminal
from wizard.commands.status import INTERRUPTED, OK, RED
from wizard.outputs.progress import talk
from wizard.session import open_session
from wizard.walk import events
from wizard.walk.application import Application


def run(words: Namespace) -> int:
    """Applies. The lock is held, and the answers are kept, before anything is touched."""
    need_terminal(words)
    need_root(words)
    session = open_session(request_of(words), generate=True)
    points = session.checkpoints(update_since=time.time() if words.update else 0.0)
    need_checkpoint(points, words.until)
    need_checkpoint(points, words.only)
    said = talk(words.format, words.yes, words.replace_edited)
    began = time.monotonic()
    with holding(session, said) as descriptor:
        machine = Machine(session.state, lambda line: said.tell(events.Output(line)), descriptor)
        journal = session.journal()
        application = Application(session.live(journal), session.state, journal, machine, said.tell, said.ask)
        outcome = "failed"
        try:
            said.listen()
            blocks = application.blocks([point for point in points if words.only in ("", point.id)])
            for block in blocks:
                said.tell(events.Failure(block.why, block.remedy))
            if blocks:
                outcome = "blocked"
            elif not words.yes and not said.consent(session, points):
                outcome = "declined"
            else:
                answers_file.save(session.state, session.answers)
                outcome = application.apply(points, words.until, words.only)
        except Failed as failure:
            said.tell(events.Failure(failure.text, failure.remedy, tuple(failure.output.splitlines()[-15:])))
        except OSError as error:
            said.tell(events.Failure(*describe_os_error(error)))
        except KeyboardInterrupt:
            outcome = "interrupted"
        finally:
            said.close()
            machine.close()
            said.tell(events.Ended(outcome, application.changes, time.monotonic() - began))
    if outcome in ("blocked", "declined") and not session.kept and session.state.inside is not None:
        session.state.remove()  # nothing was touched, and nothing is to be left
    return {"done": OK, "interrupted": INTERRUPTED, "declined": OK}.get(outcome, RED)
