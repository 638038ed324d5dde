"""BiomAid's thirteen checkpoints. Section numbers are those of its installation document."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Answers, Checkpoint, Circumstances, Facts, SiteEnabled
from wizard.guides.biomaid.checkpoints import application, configuration, data, gunicorn, machine, upkeep, web
from wizard.guides.biomaid.names import USERS, Names
from wizard.guides.biomaid.unsupported import judged
from wizard.guides.django.parts.project import Project


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    names = Names(answers, unsupported=circumstances.unsupported)
    project = Project(
        checkout=names.checkout,
        user=answers.instance,
        python=names.python,
        database=answers.db_name,
        port=answers.db_port,
        user_table=USERS,
    )
    points = (
        machine.system(answers, names),
        machine.user(answers, names),
        machine.database(answers),
        application.code(answers, names, circumstances.update_since),
        application.environment(answers, names, circumstances.by_hand),
        configuration.local(answers, names),
        configuration.settings(answers, names),
        data.migrate(answers, names, project),
        data.static(answers, names, project),
        web.nginx(answers, names, circumstances.by_hand),
        gunicorn.service(answers, names),
        upkeep.cron(answers, names),
        upkeep.backup(answers, names, circumstances.by_hand),
    )
    return judged(points, circumstances.unsupported, (web.site_file(answers, names).key, SiteEnabled(answers.site).key))
