"""BiomAid, from its French installation document, chapter 1.2 ("Installation Linux standard")."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers import Answers, Question
from wizard.found import Found
from wizard.guide import Arrival, Checkpoint, Guide
from wizard.host.facts import Facts
from wizard.host.reading import Host
from wizard.language import _

# Loaded when they are asked for: a command about one guide has no use for the others, nor a verification for the end.


def _questions() -> Sequence[Question]:
    from wizard.guides.biomaid.questions import questions

    return questions()


def _checkpoints(answers: Answers, facts: Facts) -> Sequence[Checkpoint]:
    from wizard.guides.biomaid.checkpoints import checkpoints

    return checkpoints(answers, facts)


def _arrival(answers: Answers, facts: Facts) -> Arrival:
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
    questions=_questions,
    checkpoints=_checkpoints,
    instance_key="instance",
    arrival=_arrival,
    discover=_discover,
)
