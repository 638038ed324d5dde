"""BiomAid, from its French installation document, chapter 1.2 ("Installation Linux standard")."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers import Answers
from wizard.guide import Arrival, Checkpoint, Guide
from wizard.guides.biomaid.questions import questions
from wizard.host.facts import Facts
from wizard.language import _


def _checkpoints(answers: Answers, facts: Facts) -> Sequence[Checkpoint]:
    # Loaded where they are wanted: the first screen paints without them.
    from wizard.guides.biomaid.checkpoints import checkpoints

    return checkpoints(answers, facts)


def _arrival(answers: Answers, facts: Facts) -> Arrival:
    # Loaded where a report is made: a verification has no use for it.
    from wizard.guides.biomaid.arrival import arrival

    return arrival(answers, facts)


GUIDE = Guide(
    id="biomaid",
    title=lambda: "BiomAid",
    summary=lambda: _("A hospital's biomedical equipment, with Django, PostgreSQL, gunicorn and nginx"),
    questions=questions,
    checkpoints=_checkpoints,
    instance_key="instance",
    arrival=_arrival,
)
