"""The practice instance: BiomAid's installation, in one folder and without root (the document's chapters 1.3 and 1.4,
which it leaves empty)."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers import Answers
from wizard.guide import Arrival, Checkpoint, Guide
from wizard.guides.maquette.questions import questions
from wizard.host.facts import Facts
from wizard.language import _


def _checkpoints(answers: Answers, facts: Facts) -> Sequence[Checkpoint]:
    # Loaded where they are wanted: the first screen paints without them.
    from wizard.guides.maquette.checkpoints import checkpoints

    return checkpoints(answers, facts)


def _arrival(answers: Answers, facts: Facts) -> Arrival:
    # Loaded where a report is made: a verification has no use for it.
    from wizard.guides.maquette.arrival import arrival

    return arrival(answers, facts)


GUIDE = Guide(
    id="maquette",
    title=lambda: _("Practice instance"),
    summary=lambda: _("BiomAid's installation to practise on: any Linux, no root, one folder"),
    questions=questions,
    checkpoints=_checkpoints,
    instance_key="folder",
    state=".jalon",
    root=False,
    by_defaults=True,
    arrival=_arrival,
)
