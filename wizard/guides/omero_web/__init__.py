"""OMERO.web, from OME's walkthrough of its installation on CentOS 7, brought up to Rocky Linux 9, Debian and Ubuntu."""

from __future__ import annotations

from wizard.api import GIB, Guide, Needs, _, late

GUIDE = Guide(
    id="omero-web",
    title=lambda: "OMERO.web",
    summary=lambda: _("Microscopy images in the browser, with Django, gunicorn and nginx, in front of an OMERO.server"),
    questions=late(f"{__name__}.questions", "questions"),
    checkpoints=late(f"{__name__}.checkpoints", "checkpoints"),
    arrival=late(f"{__name__}.arrival", "arrival"),
    discover=late(f"{__name__}.discovery", "discover"),
    needs=Needs(managers=("apt", "dnf"), memory=1 * GIB, disk=5 * GIB),
    readers={"omero": f"{__name__}.parts.properties:answer"},
)
