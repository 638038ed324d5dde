"""BiomAid, from its French installation document, chapter 1.2 ("Installation Linux standard")."""

from __future__ import annotations

from wizard.api import GIB, MANAGERS, Guide, Needs, _, late
from wizard.guides.django import READERS

GUIDE = Guide(
    id="biomaid",
    title=lambda: "BiomAid",
    summary=lambda: _("A hospital's biomedical equipment, with Django, PostgreSQL, gunicorn and nginx"),
    questions=late(f"{__name__}.questions", "questions"),
    checkpoints=late(f"{__name__}.checkpoints", "checkpoints"),
    instance_key="instance",
    arrival=late(f"{__name__}.arrival", "arrival"),
    discover=late(f"{__name__}.discovery", "discover"),
    retired={
        "url_prefix": "",
        "tls": "none",
        "backup_remote": "",
        "service_manager": "systemd",
        "upgrade_system": False,
    },
    readers=READERS,
    needs=Needs(managers=MANAGERS, memory=2 * GIB, disk=20 * GIB),
    updates=True,
)
