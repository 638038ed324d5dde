"""BiomAid, from its French installation document, chapter 1.2 ("Installation Linux standard")."""

from __future__ import annotations

from wizard.guide import Guide
from wizard.guides.biomaid.checkpoints import checkpoints
from wizard.guides.biomaid.questions import questions
from wizard.language import _

GUIDE = Guide(
    id="biomaid",
    title=lambda: "BiomAid",
    summary=lambda: _("A hospital's biomedical equipment, with Django, PostgreSQL, gunicorn and nginx"),
    questions=questions,
    checkpoints=checkpoints,
    instance_key="instance",
)
