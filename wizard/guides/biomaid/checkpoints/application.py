"""BiomAid's code and its Python modules: sections 1.2.2.3 and 1.2.2.4."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    Clone,
    Directory,
    EntryIs,
    EnvironmentMatchesLock,
    Line,
    LineIn,
    Link,
    Poetry,
    PoetryEnvironment,
    PoetryThere,
    RevisionHeld,
    WorkTreeClean,
    _,
)
from wizard.guides.biomaid.names import Names

POETRY = "2.5.1"


def code(answers: Answers, names: Names, update_since: float) -> Checkpoint:
    """Section 1.2.2.3, "Création du dossier de l'instance", and the revision, of 1.2.2.4."""
    clone = Clone(
        names.checkout,
        source=answers.source,
        revision=answers.revision,
        user=answers.instance,
        update_since=update_since,
        access=answers.source_access,
    )
    return Checkpoint(
        "code",
        title=_("Code"),
        objective=_("BiomAid's code in ~/biomaid, on the revision chosen, and folders for what it writes."),
        steps=[
            clone,
            Directory(names.media, owner=answers.instance, group=answers.instance, data=True),
            # nginx, being in the group, has no business with logs, which say who asked for what.
            Directory(names.log, owner=answers.instance, group=answers.instance, mode=0o700),
        ],
        probes=[
            RevisionHeld(
                "code.revision", _("revision held"), path=names.checkout, revision=answers.revision, step=clone.key
            ),
            WorkTreeClean("code.clean", _("code not modified"), path=names.checkout, after=("code.revision",)),
            EntryIs(
                "code.media",
                _("folder for attachments"),
                path=names.media,
                kind="directory",
                owner=answers.instance,
                data=True,
            ),
            EntryIs("code.log", _("folder for logs"), path=names.log, kind="directory", owner=answers.instance),
        ],
    )


def environment(answers: Answers, names: Names, by_hand: bool) -> Checkpoint:
    """Section 1.2.2.4, "Initialisation de l'environnement d'exécution"."""
    bashrc = f"{names.home}/.bashrc"
    poetry = Poetry(names.home, user=answers.instance, version=POETRY, index=answers.python_index)
    modules = PoetryEnvironment(
        names.checkout,
        home=names.home,
        user=answers.instance,
        project="biomaid",
        without=names.excluded_groups,
        extras=answers.extras,
        index=answers.python_index,
        python=answers.python,
    )
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_("Poetry, and with it the Python modules that BiomAid needs, at the versions it was tested with."),
        steps=[
            poetry,
            Directory(f"{names.home}/.local/bin", owner=answers.instance, group=answers.instance),
            Link(names.poetry, target=f"{names.home}/.local/share/pypoetry/venv/bin/poetry", owner=answers.instance),
            Line(bashrc, line=names.path_line, owner=answers.instance, accepted=names.path_line_variants),
            modules,
        ],
        probes=[
            PoetryThere(
                "environment.poetry",
                "Poetry",
                home=names.home,
                user=answers.instance,
                after=("user.account",),
                step=poetry.key,
            ),
            # What runs the instance finds Poetry by itself: who installed it may do so in another way.
            LineIn(
                "environment.path",
                _("Poetry on the PATH"),
                path=bashrc,
                line=names.path_line,
                accepted=names.path_line_variants,
                must=not by_hand,
            ),
            EnvironmentMatchesLock(
                "environment.lock",
                _("modules as locked"),
                checkout=names.checkout,
                home=names.home,
                user=answers.instance,
                project="biomaid",
                after=("code.revision",),
                step=modules.key,
                unit=names.unit,
            ),
        ],
    )
