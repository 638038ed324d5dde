"""The guides, each reading like its document."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.guide import Guide


def guides() -> Mapping[str, Guide]:
    """The guides by name, in the order in which they are shown."""
    from wizard.guides import biomaid, maquette, omero_web

    return {guide.id: guide for guide in (biomaid.GUIDE, omero_web.GUIDE, maquette.GUIDE)}
