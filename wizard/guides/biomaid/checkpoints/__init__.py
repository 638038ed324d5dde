"""BiomAid's thirteen checkpoints. Section numbers are those of its installation document.

Where to correct what: packages, paths and cron lines in `names.py`; questions and their defaults in `questions.py`; the
text of a file in `templates/biomaid/`; the rest in the files here. A step says what should be so, a probe verifies it:
correct both. Steps and probes are imported from `wizard.api`, which lists all there are. What a correction changes is
shown by the golden cases in `tests/cases/biomaid/`, which are then corrected too.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Answers, Checkpoint, Circumstances, Facts, SiteEnabled, distribution_of, minor_of, poetry_folder
from wizard.guides.biomaid.checkpoints import application, configuration, data, gunicorn, machine, upkeep, web
from wizard.guides.biomaid.names import ACCOUNTS_TABLE, Names
from wizard.guides.biomaid.unsupported import without_unsupported
from wizard.guides.django.parts.installed import InstalledMigrations
from wizard.guides.django.parts.project import Project


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    names = Names(answers, unsupported=circumstances.unsupported, here=distribution_of(facts))
    project = Project(
        checkout=names.checkout,
        user=answers.instance,
        python=names.python,
        database=answers.db_name,
        port=answers.db_port,
        user_table=ACCOUNTS_TABLE,
        db_user=answers.db_user,
        db_password=answers.db_password,
        db_host=answers.db_host,
        backups=answers.backup_directory,
        installed=InstalledMigrations(
            settings=(f"{names.checkout}/settings/__init__.py", f"{names.local}/settings.py", names.settings),
            environments=(
                f"{names.checkout}/.venv",
                poetry_folder(names.home, "biomaid", names.checkout, minor_of(answers.python, facts)),
            ),
        ),
    )
    points = (
        machine.system(answers, names, facts),
        machine.user(answers, names),
        machine.database(answers),
        application.code(answers, names, circumstances.update_since),
        application.environment(answers, names, circumstances.by_hand),
        configuration.local(answers, names),
        configuration.settings(answers, names),
        data.migrate(answers, names, project),
        data.static(answers, names, project),
        web.nginx(answers, names, facts, circumstances.by_hand),
        gunicorn.service(answers, names, facts.own_view),
        upkeep.cron(answers, names, project),
        upkeep.backup(answers, names, circumstances.by_hand),
    )
    # Steps that would write another site than the one that somebody wrote by hand.
    site_steps = (web.site_file(answers, names).key, SiteEnabled(answers.site).key)
    return without_unsupported(points, circumstances.unsupported, site_steps)
