"""The practice instance's ten checkpoints: those of BiomAid that make sense without root, in the same order.

Where to correct what: paths and cron lines in `names.py`; questions and their defaults in `questions.py`; the text of a
file in `templates/maquette/`; the rest in the files here. A step says what should be so, a probe verifies it: correct
both. What a correction changes is shown by the golden cases in `tests/cases/maquette/`, which are then corrected too.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Answers, Checkpoint, Circumstances, Facts
from wizard.guides.django.parts.project import Project
from wizard.guides.maquette.checkpoints import application, configuration, data, gunicorn, upkeep, web
from wizard.guides.maquette.names import Names


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers; everything belongs to the user who asks."""
    names = Names(answers, user=facts.user, group=facts.group)
    project = Project(
        checkout=names.checkout,
        user=names.user,
        python=names.python,
        database=names.database,
        user_table="common_user",
    )
    return (
        application.folder(answers, names),
        application.code(answers, names, circumstances.update_since),
        application.environment(answers, names),
        configuration.local(names),
        configuration.settings(answers, names),
        data.migrate(answers, names, project),
        data.static(answers, names, project),
        web.nginx(answers, names, "nginx" in facts.programs),
        gunicorn.service(answers, names),
        upkeep.cron(answers, names),
    )
