"""OMERO.web's eight checkpoints, by the sections of the walkthrough.

Where to correct what: packages, OMERO.web's properties, paths and the cron line in `names.py`; questions and their
defaults in `questions.py`; the text of a file in `templates/omero_web/`; the rest in the files here. A step says what
should be so, a probe verifies it: correct both. What a correction changes is shown by the golden cases in
`tests/cases/omero-web/`, which are then corrected too.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Answers, Checkpoint, Circumstances, Facts
from wizard.guides.omero_web.checkpoints import configuration, gunicorn, machine, upkeep, web
from wizard.guides.omero_web.names import Names


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    names = Names(answers, facts=facts)
    return (
        machine.system(answers, names),
        machine.environment(answers, names),
        configuration.configuration(answers, names),
        configuration.start(answers, names),
        web.nginx(answers, names),
        gunicorn.service(answers, names),
        upkeep.maintenance(answers, names),
        upkeep.selinux(answers, names),
    )
