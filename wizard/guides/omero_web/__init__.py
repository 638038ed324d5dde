"""OMERO.web, from OME's walkthrough of its installation on CentOS 7, brought up to Rocky Linux 9, Debian and Ubuntu."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers import Answers, Question
from wizard.found import Found
from wizard.guide import Arrival, Checkpoint, Guide
from wizard.host.facts import Facts
from wizard.host.reading import Host
from wizard.language import _


def _questions() -> Sequence[Question]:
    from wizard.guides.omero_web.questions import questions

    return questions()


def _checkpoints(answers: Answers, facts: Facts) -> Sequence[Checkpoint]:
    from wizard.guides.omero_web.checkpoints import checkpoints

    return checkpoints(answers, facts)


def _arrival(answers: Answers, facts: Facts) -> Arrival:
    from wizard.guides.omero_web.arrival import arrival

    return arrival(answers, facts)


def _discover(host: Host) -> Sequence[Found]:
    from wizard.guides.omero_web.discovery import discover

    return discover(host)


GUIDE = Guide(
    id="omero-web",
    title=lambda: "OMERO.web",
    summary=lambda: _("Microscopy images in the browser, with Django, gunicorn and nginx, in front of an OMERO.server"),
    questions=_questions,
    checkpoints=_checkpoints,
    arrival=_arrival,
    discover=_discover,
)
