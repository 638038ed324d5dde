"""Sections "Maintaining OMERO.web" and "SELinux"."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Booleans,
    BooleansOn,
    Checkpoint,
    CrontabLines,
    PortHasType,
    PortOfType,
    Scheduled,
    _,
)
from wizard.guides.omero_web.names import Names
from wizard.guides.omero_web.parts.trials import SessionsCleared

BOOLEANS = ("httpd_read_user_content", "httpd_enable_homedirs")


def maintenance(answers: Answers, names: Names) -> Checkpoint:
    """Section "Maintaining OMERO.web"."""
    return Checkpoint(
        "maintenance",
        title=_("Maintenance"),
        objective=_("Sessions that have expired are removed every day; OMERO.web does not do so by itself."),
        steps=[CrontabLines(answers.user, lines=(names.cron,), home=names.home)],
        probes=[
            Scheduled(
                "maintenance.cron",
                _("clearing of sessions in the crontab"),
                user=answers.user,
                lines=(names.cron,),
                after=("system.cron",),
            )
        ],
        trials=[
            SessionsCleared(
                "maintenance.clears",
                _("expired sessions are removed"),
                omero=names.omero,
                after=("environment.modules", "maintenance.cron"),
            )
        ],
    )


def selinux(answers: Answers, names: Names) -> Checkpoint:
    """Section "SELinux", which counts where it is enabled."""
    return Checkpoint(
        "selinux",
        title="SELinux",
        objective=_("Where SELinux is enabled, nginx may speak to OMERO.web and read its files."),
        steps=[Booleans(BOOLEANS), PortOfType(answers.app_port)],
        probes=[
            BooleansOn("selinux.booleans", _("nginx may read what users own"), names=BOOLEANS),
            PortHasType("selinux.port", _("nginx may speak to the port"), port=answers.app_port),
        ],
    )
