"""Looking from the screens: the probes and the plan, asked side by side of children that change nothing."""

from __future__ import annotations

import asyncio

from screens.model.children import Answer, Jalon
from screens.model.instance import Instance
from screens.model.walk import Walk


async def see(jalon: Jalon, instance: Instance, walk: Walk, root: bool) -> dict[str, Answer]:
    """Tells the walk what both say; returns the answers of those that did not, by the command."""
    words = (*instance.words, "--format", "json")
    takes = {"plan": walk.planned, "verify": walk.verified}
    answers = await asyncio.gather(*(jalon.ask(command, *words, root=root) for command in takes))
    silent = {}
    for (command, take), answer in zip(takes.items(), answers, strict=True):
        if isinstance(answer.data, dict):
            take(answer.data)
        else:
            silent[command] = answer
    # Where nobody can say it anew, the one before has to do.
    walk.plan_stands = True
    return silent
