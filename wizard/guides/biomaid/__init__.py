"""BiomAid, from its French installation document, chapter 1.2 ("Installation Linux standard")."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers import Answers
from wizard.found import Found
from wizard.guide import Arrival, Guide
from wizard.guides.biomaid.checkpoints import checkpoints
from wizard.guides.biomaid.questions import questions
from wizard.host.facts import Facts
from wizard.host.reading import Host
from wizard.language import _


def _arrival(answers: Answers, facts: Facts) -> Arrival:
    # Loaded where a report is made: a verification has no use for it.
    from wizard.guides.biomaid.arrival import arrival

    return arrival(answers, facts)


def _discover(host: Host) -> Sequence[Found]:
    # Loaded where no state of Jalon's says what is here.
    from wizard.guides.biomaid.discovery import discover

    return discover(host)


GUIDE = Guide(
    id="biomaid",
    title=lambda: "BiomAid",
    summary=lambda: _("A hospital's biomedical equipment, with Django, PostgreSQL, gunicorn and nginx"),
    questions=questions,
    checkpoints=checkpoints,
    instance_key="instance",
    arrival=_arrival,
    discover=_discover,
)
