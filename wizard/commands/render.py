"""`jalon render`: only writes the generated files, laid out as on the host; or tells what became of each of them."""

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
from wizard.session import open_session
from wizard.walk.plan import plan


def run(words: Namespace) -> int:
    """Writes them below `--output`, each with its own mode; those that hold secrets for us alone."""
    if words.format == "json" and not words.output:
        return _tell(words)
    if not words.output:
        raise Refused(_("say where to write them: --output DIR"))
    session = open_session(request_of(words), generate=True)
    target = Path(words.output)
    for _point, change in _generated(session.checkpoints(), session.facts):
        if isinstance(change.body, Rendered):
            place = target / change.path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            mode = 0o600 if change.body.confidential else change.mode
            place.unlink(missing_ok=True)
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(change.body.render())
            print(place)
    return OK


def _tell(words: Namespace) -> int:
    """Prints what became of each on this host, secrets masked; writes nothing."""
    session = open_session(request_of(words), generate=False)
    journal = session.journal()
    host = session.live(journal)
    known = not session.state.journal.exists() or os.access(session.state.journal, os.R_OK)
    hidden = session.kept and not os.access(session.state.secrets, os.R_OK)
    last = {change.path: (point, change) for point, change in _generated(session.checkpoints(), session.facts)}
    told = [
        files.data(point, change, host, journal, known and not (hidden and change.body.confidential))
        for point, change in last.values()
    ]
    print_json(files.document(session.guide.id, session.instance, told))
    return OK


def _generated(points: Sequence[Checkpoint], facts: Facts) -> Iterator[tuple[Checkpoint, FileWritten]]:
    """Every file that is written where nothing is there yet."""
    for step in plan(points, Overlay(BareHost(facts))):
        for planned in step.changes:
            if isinstance(planned.change, FileWritten):
                yield step.checkpoint, planned.change
