"""`jalon fix`: carries out the remedies of what is red, the safe ones on its own, and verifies again."""

from __future__ import annotations

import time
from argparse import Namespace

from wizard.answers import file as answers_file
from wizard.answers.questions import SECRET
from wizard.base.errors import BadData, Refused, describe_os_error
from wizard.base.language import _
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.commands.request import need_root, request_of
from wizard.commands.running import holding, need_terminal
from wizard.commands.status import INTERRUPTED, RED, exit_status
from wizard.outputs.progress import talk
from wizard.session import Session, open_session
from wizard.walk import events
from wizard.walk.fixing import Fixing


def run(words: Namespace) -> int:
    """Repairs; the exit status is that of the verification at its end."""
    need_terminal(words)
    need_root(words)
    session = open_session(request_of(words), generate=False)
    _need_whole(session)
    points = session.checkpoints()
    said = talk(words.format, words.yes, False)
    began = time.monotonic()
    with holding(session, said) as descriptor:
        machine = Machine(session.state, lambda line: said.tell(events.Output(line)), descriptor)
        journal = session.journal()
        host = session.live(journal)
        # With --yes nobody is there to be asked, in every format.
        ask = _nobody if words.yes else said.ask
        fixing = Fixing(host, session.state, journal, machine, said.tell, ask)
        status = RED
        try:
            said.listen()
            fixing.fix(points)
            status = exit_status(fixing.verified)
        except Failed as failure:
            said.tell(events.Failure(failure.text, failure.remedy, tuple(failure.output.splitlines()[-15:])))
        except OSError as error:
            said.tell(events.Failure(*describe_os_error(error)))
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            said.close()
            machine.close()
            said.tell(fixing.ended(time.monotonic() - began, status == INTERRUPTED))
    return status


def _nobody(asked: events.Question | events.Offer) -> bool:
    """The answer where nobody is there to be asked."""
    return False


def _need_whole(session: Session) -> None:
    """Stops where Jalon did not make the instance, or no longer has a secret of it: the files that hold them would be
    written without."""
    if not session.kept:
        text = _("nothing was applied to {name}: there is nothing to go by")
        raise Refused(text.format(name=session.instance), _("apply the guide first"))
    secrets = [one for one in session.guide.questions() if one.kind == SECRET and one.length]
    # One that is kept empty was never Jalon's: steps that would write it say so themselves.
    kept = answers_file.load_saved(session.state)[1]
    lost = [one.key for one in secrets if not session.answers[one.key].reveal() and one.key not in kept]
    if lost:
        text = _("{path} does not hold: {keys}").format(path=session.state.secrets, keys=", ".join(lost))
        raise BadData(text, _("bring that file back from a copy, or give them in an answers file"))
