"""Trying a guide from outside with the answers that it gives by default, before it is offered in a list."""

from __future__ import annotations

from wizard.answers.questions import BadAnswers, validate_answers
from wizard.base.errors import Refused
from wizard.guide import Circumstances, Guide
from wizard.guides.outside import PATIENCE, Source, told
from wizard.guides.patience import patience
from wizard.host.facts import gather


def try_defaults(guide: Guide, source: Source) -> None:
    """Asks a loaded guide for its checkpoints, where its defaults answer all its questions. Raises `BrokenGuide` with
    the reason where it gives none."""
    try:
        with patience(PATIENCE):
            facts = gather()
            try:
                answers = validate_answers(guide.questions(), {}, facts)
            except BadAnswers:
                return
            guide.checkpoints(answers, facts, Circumstances())
    except (Refused, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise told(error, source) from error
