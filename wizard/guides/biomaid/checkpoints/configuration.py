"""The local folder and the settings: section 1.2.2.5 and the beginning of 1.2.2.6."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    Clone,
    CopiedDirectory,
    EntryIs,
    GeneratedFile,
    Link,
    LinkLeads,
    PythonCompiles,
    SettingsSafe,
    SourceCompiles,
    Step,
    _,
    from_template,
)
from wizard.guides.biomaid.names import Names


def local(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.5, "Création du dossier de configuration locale"."""
    copy: Step = (
        Clone(
            names.local,
            source=answers.local_source,
            revision="",
            user=answers.instance,
            access=answers.local_source_access,
        )
        if answers.local_source
        else CopiedDirectory(names.local, source=f"{names.checkout}/local_biomaid", user=answers.instance)
    )
    return Checkpoint(
        "local",
        title=_("Local folder"),
        objective=_("What is particular to your site, beside the code, and linked into it."),
        steps=[
            copy,
            Link(
                names.local_link,
                target=f"../{answers.local_name}",
                owner=answers.instance,
                accepted=(names.local, f"../{answers.local_name}/", f"{names.local}/"),
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
    # A value that the template names as {{ value }} is given here under that name.
    settings_file = GeneratedFile(
        names.settings,
        body=from_template(
            "biomaid/instance_settings.py",
            instance=answers.instance,
            domain=answers.domain,
            allowed_hosts=names.allowed_hosts,
            debug=answers.debug,
            secret_key=answers.secret_key,
            email_host=answers.email_host,
            email_port=answers.email_port,
            media=names.media,
            staticfiles=names.staticfiles,
            db_host=answers.db_host,
            db_port=answers.db_port,
            db_name=answers.db_name,
            db_user=answers.db_user,
            db_password=answers.db_password,
            gmao_host=answers.gmao_host,
            gmao_port=answers.gmao_port,
            gmao_name=answers.gmao_name,
            gmao_user=answers.gmao_user,
            gmao_password=answers.gmao_password,
        ),
        owner=answers.instance,
        group=answers.instance,
        # In octal, as chmod has it: 0640 would be 0o640. The probe `settings.mode` verifies it.
        mode=0o600,
        validation=PythonCompiles(),
        needs=(answers.db_password, answers.secret_key),
    )
    config_file = GeneratedFile(
        names.config,
        body=from_template("biomaid/instance_config.toml", workers=answers.workers),
        owner=answers.instance,
        group=answers.instance,
    )
    return Checkpoint(
        "settings",
        title=_("Settings"),
        objective=_("The instance's own settings: names, database, keys. Only its user may read them."),
        steps=[settings_file, config_file],
        probes=[
            # www-data is in the instance's group: 0640 would let nginx read it.
            EntryIs(
                "settings.mode",
                _("only its user reads them"),
                path=names.settings,
                kind="file",
                owner=answers.instance,
                at_most=0o600,
            ),
            # Not after `settings.mode`: a wrong mode hides no other fault.
            SourceCompiles("settings.compile", _("they compile"), path=names.settings, step=settings_file.key),
            SettingsSafe(
                "settings.safe",
                _("key, names and debugging"),
                path=names.settings,
                examples=(
                    f"{names.checkout}/example_instance_settings.py",
                    f"{names.checkout}/local_biomaid/settings.py",
                ),
                hosts=(*answers.hostnames, answers.asked_as),
                step=settings_file.key,
                after=("settings.compile",),
            ),
        ],
    )
