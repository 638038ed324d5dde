"""The made-up guide, as one of which a host has a single instance."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Answers, Checkpoint, Circumstances, Facts, Guide, Question

from .madeup.checkpoints import checkpoints as made
from .madeup.questions import questions as asked


def questions() -> Sequence[Question]:
    """All but the instance's name."""
    return asked()[1:]


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """Those of the made-up guide."""
    return made(Answers({**a, "instance": "alone"}), facts, circumstances)


GUIDE = Guide(
    "alone",
    title=lambda: "Alone",
    summary=lambda: "A host has one",
    questions=questions,
    checkpoints=checkpoints,
    api=1,
)
