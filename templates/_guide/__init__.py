"""@ID@: what it installs, and the document that it follows."""

from __future__ import annotations

from wizard.api import Guide, late, translator

_ = translator(__file__)

GUIDE = Guide(
    # The name by which commands know it; the folder and the entry point in pyproject.toml have it too.
    id="@ID@",
    title=lambda: _("Greeting"),
    summary=lambda: _("A file with a greeting: an example to change into a guide of your own"),
    questions=late(f"{__name__}.questions", "questions"),
    checkpoints=late(f"{__name__}.checkpoints", "checkpoints"),
    # Whether changing takes root: False, as this example writes below your home only.
    root=False,
    # The version of wizard.api that it is written for.
    api=1,
)
