"""The local folder and the settings: section 1.2.2.5 and the beginning of 1.2.2.6."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    CopiedDirectory,
    EntryIs,
    Link,
    LinkLeads,
    PythonCompiles,
    SettingsSafe,
    SourceCompiles,
    _,
    from_template,
)
from wizard.guides.maquette.checkpoints.own import own_file
from wizard.guides.maquette.names import Names


def local(names: Names) -> Checkpoint:
    """Section 1.2.2.5, "Création du dossier de configuration locale"."""
    return Checkpoint(
        "local",
        title=_("Local folder"),
        objective=_("What is particular to your site, beside the code, and linked into it."),
        steps=[
            CopiedDirectory(names.local, source=f"{names.checkout}/local_biomaid", user=names.user),
            Link(
                names.local_link,
                target="../local_maquette",
                owner=names.user,
                accepted=(names.local, "../local_maquette/", f"{names.local}/"),
            ),
        ],
        probes=[
            LinkLeads("local.link", _("local leads to the folder"), path=names.local_link),
            SourceCompiles(
                "local.settings",
                _("its settings compile"),
                path=f"{names.local_link}/settings.py",
                after=("local.link",),
            ),
        ],
    )


def settings(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.6, "Initialisation de l'application": its settings."""
    body = from_template(
        "maquette/instance_settings.py",
        user=names.user,
        folder=answers.folder,
        data=names.data,
        database=names.database,
        media=names.media,
        staticfiles=names.staticfiles,
        allowed_hosts=names.allowed_hosts,
        domain=answers.domain,
        debug=answers.debug,
        secret_key=answers.secret_key,
    )
    return Checkpoint(
        "settings",
        title=_("Settings"),
        objective=_("The instance's own settings: names, database, key. Only its user may read them."),
        steps=[own_file(names, names.settings, body, mode=0o600, validation=PythonCompiles())],
        probes=[
            EntryIs(
                "settings.mode",
                _("only its user reads them"),
                path=names.settings,
                kind="file",
                owner=names.user,
                at_most=0o600,
            ),
            SourceCompiles("settings.compile", _("they compile"), path=names.settings, after=("settings.mode",)),
            SettingsSafe(
                "settings.safe",
                _("key, names and debugging"),
                path=names.settings,
                examples=(
                    f"{names.checkout}/example_instance_settings.py",
                    f"{names.checkout}/local_biomaid/settings.py",
                ),
                hosts=names.allowed_hosts,
                after=("settings.compile",),
            ),
        ],
    )
