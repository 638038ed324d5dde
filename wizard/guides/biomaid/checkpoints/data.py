"""The tables and the static files: the end of section 1.2.2.6, and 1.2.2.7."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    EntryIs,
    Step,
    TablesOwned,
    _,
)
from wizard.guides.biomaid.names import Names
from wizard.guides.django.parts.probes import AccountThere, MigrationsApplied
from wizard.guides.django.parts.project import Project
from wizard.guides.django.parts.server import TestServerAnswers
from wizard.guides.django.parts.steps import Account, CollectedStatics, Fixture, Migrate

PROGRAM = ("environment.lock", "settings.compile")
"""Without these, manage.py ends in a traceback."""


def migrate(answers: Answers, names: Names, project: Project) -> Checkpoint:
    """Section 1.2.2.6, "Initialisation de l'application": its tables."""
    migrate = Migrate(project)
    account = Account(
        project,
        name=answers.first_account,
        email=answers.first_account_email,
        password=answers.first_account_password,
        beside_others=answers.demo_data,
    )
    steps: list[Step] = [migrate]
    if answers.demo_data:
        # Before the account: the first account in the test base has the same number, and would replace it.
        steps.append(Fixture(project, fixture="fixtures/tests_db.json", home=names.home))
    steps.append(account)
    return Checkpoint(
        "migrate",
        title=_("Migrations"),
        objective=_("The tables that BiomAid needs, and a first account, for nobody can log in without one."),
        steps=steps,
        needs=PROGRAM,
        probes=[
            MigrationsApplied(
                "migrate.applied",
                _("no migration pending"),
                project=project,
                after=("database.owner", "database.login"),
                step=migrate.key,
            ),
            TablesOwned(
                "migrate.owner",
                _("tables owned by the role"),
                database=answers.db_name,
                owner=answers.db_user,
                password=answers.db_password,
                host=answers.db_host,
                port=answers.db_port,
                after=("database.login",),
            ),
            AccountThere(
                "migrate.account",
                _("first account"),
                project=project,
                account=answers.first_account,
                after=("migrate.applied",),
                step=account.key,
            ),
            # Every command opens it: if root ran one first, the file is root's and the others fail.
            EntryIs(
                "migrate.log",
                _("queries.log is the instance's"),
                path=f"{names.checkout}/queries.log",
                kind="file",
                owner=answers.instance,
            ),
        ],
        trials=[
            TestServerAnswers(
                "migrate.server",
                _("a test server answers"),
                checkout=names.checkout,
                user=answers.instance,
                python_words=names.python,
                after=("migrate.applied",),
            )
        ],
    )


def static(answers: Answers, names: Names, project: Project) -> Checkpoint:
    """Section 1.2.2.7, "Extraction des fichiers statiques"."""
    return Checkpoint(
        "static",
        title=_("Static files"),
        needs=PROGRAM,
        objective=_("Pictures, styles and scripts gathered in one folder, which nginx serves by itself."),
        steps=[
            CollectedStatics(
                project,
                folder=names.staticfiles,
                home=names.home,
                proof="local/Logo BiomAid.png",
                inputs=(f"{names.local}/static",),
            )
        ],
        probes=[
            EntryIs(
                "static.logo",
                _("the logo is collected"),
                path=f"{names.staticfiles}/local/Logo BiomAid.png",
                kind="file",
            )
        ],
    )
