"""The folder, the code and its Python modules: sections 1.2.2.3 and 1.2.2.4."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    Clone,
    CopiedDirectory,
    Directory,
    EntryIs,
    EnvironmentHoldsLock,
    LockedEnvironment,
    PythonCompiles,
    PythonWithin,
    RevisionHeld,
    WorkTreeClean,
    _,
    from_template,
)
from wizard.guides.maquette.checkpoints.own import own_file, own_folder
from wizard.guides.maquette.names import SAMPLE, Names

# SQLite needs no driver, and this one would have to be compiled.
LEFT_OUT = ("psycopg2",)


def folder(answers: Answers, names: Names) -> Checkpoint:
    """The folder in which all of it lies; the document's instances have a user's home."""
    return Checkpoint(
        "folder",
        title=_("Folder"),
        objective=_("One folder for all of it, closed to others. Nothing is written anywhere else."),
        steps=[
            Directory(answers.folder, owner=names.user, group=names.group, mode=0o700, private=True),
            own_folder(names, names.receipts, contents=True),
            own_folder(names, names.data, contents=True),
            own_folder(names, names.media, contents=True),
            own_folder(names, names.log, contents=True),
            own_folder(names, names.run, contents=True),
            own_folder(names, names.etc),
            own_folder(names, names.programs),
        ],
        probes=[
            EntryIs(
                "folder.private",
                _("closed to others"),
                path=answers.folder,
                kind="directory",
                owner=names.user,
                at_most=0o700,
            ),
            EntryIs("folder.media", _("folder for attachments"), path=names.media, kind="directory", owner=names.user),
            EntryIs("folder.log", _("folder for logs"), path=names.log, kind="directory", owner=names.user),
        ],
    )


def code(answers: Answers, names: Names, update_since: float) -> Checkpoint:
    """Section 1.2.2.3, "Création du dossier de l'instance", and the `git checkout` of section 1.2.2.4."""
    python = PythonWithin("code.python", _("Python within its range"), requirement=">=3.10", checkout=names.checkout)
    if answers.source == SAMPLE:
        return Checkpoint(
            "code",
            title=_("Code"),
            objective=_("The sample application that comes with Jalon, in BiomAid's place."),
            steps=[CopiedDirectory(names.checkout, source=names.sample, user=names.user)],
            probes=[
                EntryIs("code.there", _("the code is there"), path=f"{names.checkout}/manage.py", kind="file"),
                python,
            ],
        )
    return Checkpoint(
        "code",
        title=_("Code"),
        objective=_("BiomAid's code, on the revision chosen."),
        steps=[
            Clone(
                names.checkout,
                source=answers.source,
                revision=answers.revision,
                user=names.user,
                update_since=update_since,
                access=answers.source_access,
            )
        ],
        probes=[
            RevisionHeld("code.revision", _("revision held"), path=names.checkout, revision=answers.revision),
            WorkTreeClean("code.clean", _("code not modified"), path=names.checkout, after=("code.revision",)),
            EntryIs("code.there", _("the code is there"), path=f"{names.checkout}/manage.py", kind="file"),
            python,
        ],
    )


def environment(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.4, "Initialisation de l'environnement d'exécution"."""
    reader, besides = f"{names.etc}/locked.py", f"{names.etc}/requirements.txt"
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_(
            "The Python modules that the application needs, at the versions it was tested with, and what serves it."
        ),
        steps=[
            own_file(names, reader, from_template("maquette/locked.py"), validation=PythonCompiles()),
            own_file(names, besides, from_template("maquette/requirements.txt")),
            LockedEnvironment(
                names.environment,
                checkout=names.checkout,
                user=names.user,
                home=answers.folder,
                reader=reader,
                besides=besides,
                left_out=LEFT_OUT,
                index=answers.python_index,
            ),
        ],
        probes=[
            EnvironmentHoldsLock(
                "environment.lock",
                _("modules as locked"),
                path=names.environment,
                checkout=names.checkout,
                left_out=LEFT_OUT,
                programs=("gunicorn", "supervisord", "supervisorctl"),
                after=("code.there",),
            )
        ],
    )
