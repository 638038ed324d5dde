"""`jalon render`: only writes the generated files, laid out as on the host."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from wizard.changes.files import FileWritten
from wizard.commands.session import open_session
from wizard.host.bare import BareHost
from wizard.host.overlay import Overlay
from wizard.language import _
from wizard.rendering import Rendered
from wizard.status import OK, USAGE, Stop
from wizard.walk.plan import plan


def run(words: Namespace) -> int:
    """Writes them below `--output`, each with its own mode; those that hold secrets for us alone."""
    if not words.output:
        raise Stop(USAGE, _("say where to write them: --output DIR"))
    session = open_session(words, generate=True)
    target = Path(words.output)
    for step in plan(session.checkpoints(), Overlay(BareHost(session.facts))):
        for planned in step.changes:
            change = planned.change
            if isinstance(change, FileWritten) and isinstance(change.body, Rendered):
                place = target / change.path.lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                mode = 0o600 if change.body.confidential else change.mode
                place.unlink(missing_ok=True)
                descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(change.body.whole())
                print(place)
    return OK
