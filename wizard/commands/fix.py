"""`jalon fix`: repairs failed findings, safe remedies without asking, and verifies again."""

from __future__ import annotations

import time
from argparse import Namespace

from wizard.answers import file as answers_file
from wizard.answers.questions import SECRET
from wizard.base.errors import BadData, Refused, describe_os_error
from wizard.base.language import _
from wizard.base.last_words import last_words
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.commands.request import need_root, request_of
from wizard.commands.running import holding_lock, need_terminal
from wizard.commands.status import INTERRUPTED, RED, exit_status
from wizard.outputs.progress import reporter_for
from wizard.session import Session, open_session
from wizard.walk import events
from wizard.walk.fixing import Fixing


def run(args: Namespace) -> int:
    """Repairs; the exit status is that of the last verification."""
    need_terminal(args)
    need_root(args)
    session = open_session(request_of(args), generate=False)
    _need_secrets(session)
    points = session.checkpoints()
    reporter = reporter_for(args.format, args.yes, False)
    began = time.monotonic()
    with holding_lock(session, reporter) as descriptor:
        machine = Machine(session.state, lambda line: reporter.tell(events.Output(line)), descriptor, session.network)
        journal = session.journal()
        host = session.live(journal)
        # With --yes nobody is asked, in any format.
        ask = _decline if args.yes else reporter.ask
        fixing = Fixing(host, session.state, journal, machine, reporter.tell, ask)
        status = RED
        try:
            reporter.listen()
            fixing.fix(points)
            status = exit_status(fixing.verified)
        except Failed as failure:
            reporter.tell(events.Failure(failure.text, failure.remedy, tuple(last_words(failure.output, 5))))
        except OSError as error:
            reporter.tell(events.Failure(*describe_os_error(error)))
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            reporter.close()
            machine.close()
            reporter.tell(fixing.ended(time.monotonic() - began, status == INTERRUPTED))
    return status


def _decline(asked: events.Question | events.Offer) -> bool:
    """Answers every question with no."""
    return False


def _need_secrets(session: Session) -> None:
    """Raises `Refused` for an instance without a state, and `BadData` where one of its secrets is lost: files would be
    written without it."""
    if not session.kept:
        text = _("nothing was applied to {name}: there is nothing to go by")
        raise Refused(text.format(name=session.instance), _("apply the guide first"))
    secrets = [one for one in session.guide.questions() if one.kind == SECRET and one.length]
    # One saved empty was never known to Jalon, and steps that need it are blocked.
    kept = answers_file.load_saved(session.state)[1]
    lost = [one.key for one in secrets if not session.answers[one.key].reveal() and one.key not in kept]
    if lost:
        text = _("{path} does not hold: {keys}").format(path=session.state.secrets, keys=", ".join(lost))
        raise BadData(text, _("bring that file back from a copy, or give them in an answers file"))
