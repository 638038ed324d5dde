"""The practice instance: BiomAid's installation, in one folder and without root (the document's chapters 1.3 and 1.4,
which it leaves empty)."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers import Answers, Question
from wizard.guide import Arrival, Checkpoint, Guide
from wizard.host.facts import Facts
from wizard.language import _

# Loaded when they are asked for: a command about one guide has no use for the others, nor a verification for the end.


def _questions() -> Sequence[Question]:
    from wizard.guides.maquette.questions import questions

    return questions()


def _checkpoints(answers: Answers, facts: Facts) -> Sequence[Checkpoint]:
    from wizard.guides.maquette.checkpoints import checkpoints

    return checkpoints(answers, facts)


def _arrival(answers: Answers, facts: Facts) -> Arrival:
    from wizard.guides.maquette.arrival import arrival

    return arrival(answers, facts)


GUIDE = Guide(
    id="maquette",
    title=lambda: _("Practice instance"),
    summary=lambda: _("BiomAid's installation to practise on: any Linux, no root, one folder"),
    questions=_questions,
    checkpoints=_checkpoints,
    instance_key="folder",
    state=".jalon",
    root=False,
    by_defaults=True,
    arrival=_arrival,
)
