"""OMERO.web's eight checkpoints, by the sections of the walkthrough."""

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
