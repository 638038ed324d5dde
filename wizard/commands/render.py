"""`jalon render`: writes the generated files below a folder, or prints their state on this host as JSON."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.base.rendering import Rendered
from wizard.changes.files import FileWritten
from wizard.commands.request import request_of
from wizard.commands.status import OK
from wizard.guide import Checkpoint
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.overlay import Overlay
from wizard.outputs import files
from wizard.outputs.as_json import print_json
from wizard.outputs.text import say
from wizard.record.own import write_asked
from wizard.session import open_session
from wizard.walk.plan import plan


def run(args: Namespace) -> int:
    """Writes the files below `--output`, each with its own mode, or 0600 if it contains secrets. Raises `NotOurs` where
    somebody else could lead them elsewhere."""
    if args.format == "json" and not args.output:
        return _print_states(args)
    if not args.output:
        raise Refused(_("say where to write them: --output DIR"))
    session = open_session(request_of(args), generate=True)
    target = Path(args.output).absolute()
    for _point, change in _generated(session.checkpoints(), session.facts):
        if isinstance(change.body, Rendered):
            place = target / change.path.lstrip("/")
            mode = 0o600 if change.body.confidential else change.mode
            write_asked(place, change.body.render(), mode, target)
            say(str(place))
    return OK


def _print_states(args: Namespace) -> int:
    """Prints the state of each file on this host, with secrets masked."""
    session = open_session(request_of(args), generate=False)
    journal = session.journal()
    host = session.live(journal)
    known = not session.state.journal.exists() or os.access(session.state.journal, os.R_OK)
    hidden = session.kept and not os.access(session.state.secrets, os.R_OK)
    last = {change.path: (point, change) for point, change in _generated(session.checkpoints(), session.facts)}
    states = [
        files.data(point, change, host, journal, known and not (hidden and change.body.confidential))
        for point, change in last.values()
    ]
    print_json(files.document(session.guide.id, session.instance, states))
    return OK


def _generated(points: Sequence[Checkpoint], facts: Facts) -> Iterator[tuple[Checkpoint, FileWritten]]:
    """Every file that the guide would write on an empty host, with its checkpoint."""
    for step in plan(points, Overlay(BareHost(facts))):
        for planned in step.changes:
            if isinstance(planned.change, FileWritten):
                yield step.checkpoint, planned.change
