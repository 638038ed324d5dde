"""Looking from the screens: the probes and the plan, asked side by side of children that change nothing."""

from __future__ import annotations

import asyncio

from screens.model.children import Jalon
from screens.model.instance import Instance
from screens.model.walk import Walk


async def see(jalon: Jalon, instance: Instance, walk: Walk, root: bool) -> str:
    """Tells the walk what both say; returns the complaint of the first where it said nothing else."""
    words = (*instance.words, "--format", "json")
    verified, planned = await asyncio.gather(
        jalon.ask("verify", *words, root=root), jalon.ask("plan", *words, root=root)
    )
    if verified.data is not None:
        walk.verified(verified.data)
    if planned.data is not None:
        walk.planned(planned.data)
    return verified.words if verified.data is None and instance.kept else ""
