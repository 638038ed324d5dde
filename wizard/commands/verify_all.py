"""`jalon verify --all-instances`: every instance of a guide on this host, in one go.

What their probes read is asked together, one child for each family of questions, whatever the number of instances.
"""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Iterator

from wizard.base.errors import Refused, describe_os_error
from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.commands.request import need_checkpoint, request_of
from wizard.commands.status import NEEDS_ROOT, OK, RED, exit_status
from wizard.host.live import Live
from wizard.host.updates import Updates
from wizard.instances import all_instances, found_instances
from wizard.outputs.findings import address
from wizard.outputs.judged import Judged
from wizard.outputs.reach import reach
from wizard.outputs.several import show
from wizard.session import Request, Session, open_session, unseen_by_others
from wizard.walk.verification import Begun, begin, finish

ALONE = ("instance", "answers", "set", "trials", "watch", "every", "hook", "until_red")
"""Options of one instance."""


class _Opened(Value):
    """An instance whose verification has begun, on the host with its journal."""

    session: Session
    host: Live
    begun: Begun


def run(args: Namespace) -> int:
    """Verifies them; the exit status is the worst of theirs, `RED` where one cannot be opened."""
    began = time.monotonic()
    if alone := [f"--{name.replace('_', '-')}" for name in ALONE if getattr(args, name)]:
        text = _("--all-instances does not go with {options}: verify that instance by itself")
        raise Refused(text.format(options=", ".join(alone)))
    request = request_of(args)
    host = Live(readers=request.guide.readers)
    if request.guide.updates and not args.only:
        host.expect([Updates()])
    host.begin()
    tried = list(_open_all(request, host, args.only))
    host.prefetch()
    judged = [_judge(one) if isinstance(one, _Opened) else one for one in tried]
    judged.sort(key=lambda one: one.instance)
    show(request.guide.id, host.facts, judged, time.monotonic() - began, args.format, every=args.all)
    return _status(judged)


def _judge(one: _Opened) -> Judged:
    began, session = time.monotonic(), one.session
    try:
        verified = tuple(finish(one.begun, one.host, session.state))
    except (Refused, OSError) as wrong:
        return Judged(session.instance, refused=_why(wrong))
    known = reach(session.answers, verified, one.host)
    asked_at = address(session.answers, session.facts)
    return Judged(session.instance, verified, time.monotonic() - began, asked_at, known)


def _open_all(request: Request, host: Live, only: str) -> Iterator[_Opened | Judged]:
    guide = request.guide
    known = all_instances(guide, request.state_dir)
    found = found_instances(guide, known, host)
    if not known and not found:
        lines = [_("there is no instance of {guide} here yet").format(guide=guide.id)]
        if guide.discover and os.geteuid() != 0:
            lines.append(unseen_by_others())
        raise Refused(*lines)
    for name in (*known, *found):
        try:
            session = open_session(
                replace(request, instance=name), generate=False, search=host if name in found else None, states=known
            )
            own = host.beside(session.journal())
            points = session.checkpoints()
        except (Refused, OSError) as wrong:
            yield Judged(name, refused=_why(wrong))
            continue
        need_checkpoint(points, only)
        yield _Opened(session, own, begin(points, own, only))


def _why(wrong: Refused | OSError) -> str:
    return str(wrong) if isinstance(wrong, Refused) else describe_os_error(wrong)[0]


def _status(judged: list[Judged]) -> int:
    statuses = {RED if one.refused else exit_status(one.verified) for one in judged}
    return next((one for one in (RED, NEEDS_ROOT) if one in statuses), OK)
