"""The practice instance: BiomAid's installation, in one folder and without root (the document's chapters 1.3 and 1.4,
which it leaves empty)."""

from __future__ import annotations

from wizard.api import Guide, _, late
from wizard.guides.django import READERS

GUIDE = Guide(
    id="maquette",
    title=lambda: _("Practice instance"),
    summary=lambda: _("BiomAid's installation to practise on: any Linux, no root, one folder"),
    questions=late(f"{__name__}.questions", "questions"),
    checkpoints=late(f"{__name__}.checkpoints", "checkpoints"),
    instance_key="folder",
    state=".jalon",
    root=False,
    by_defaults=True,
    arrival=late(f"{__name__}.arrival", "arrival"),
    readers=READERS,
)
