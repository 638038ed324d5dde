"""Carrying out from the screens: one run of a child after the other, its events taken by the walk, its end in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from screens.model.children import Jalon, Run
from screens.model.instance import Instance
from screens.model.point import Data
from screens.model.walk import Walk
from wizard.base.language import _

PATIENCE = 15.0
"""Seconds that a run which was asked to end is given before it is made to."""

Ask = Callable[[Data], Awaitable[str]]
Changed = Callable[[Sequence[Data]], None]


@dataclass
class Execution:
    """What is being carried out for one walk. `busy` from the first run's start to the last one's end."""

    instance: Instance
    walk: Walk
    busy: bool = False
    stopping: bool = False
    run: Run | None = None

    async def once(self, jalon: Jalon, command: str, options: Sequence[str], ask: Ask, changed: Changed) -> bool:
        """One run of `apply` or `fix`; whether it went to its end. A question is put to `ask`, every batch told to
        `changed`."""
        self.walk.began()
        words = (command, *self.instance.words, "--format", "json", *options)
        self.run = await jalon.start(*words, root=self.instance.guide.root)
        async for batch in self.run.events():
            for event in batch:
                self.walk.told(event)
                if event["event"] == "question":
                    changed(batch)
                    self.run.answer(await ask(event))
            changed(batch)
        if self.walk.end is None:
            said = self.run.words or _("it ended with status {status}").format(status=self.run.status)
            self.walk.told({"event": "failure", "text": said, "remedy": "", "output": []})
            self.walk.ended({"event": "end", "outcome": "failed", "changes": 0, "seconds": 0.0})
        return self.outcome == "done"

    @property
    def outcome(self) -> str:
        """How the last run ended."""
        return str((self.walk.end or {}).get("outcome", "failed"))

    async def stop(self) -> None:
        """Asks the run to end in order, waits, and in the end makes it."""
        if self.run is None or self.stopping:
            return
        self.stopping = True
        self.run.cancel()
        waited = 0.0
        while self.busy and waited < 2 * PATIENCE:
            await asyncio.sleep(0.1)
            waited += 0.1
            if waited >= PATIENCE and self.run is not None:
                self.run.kill()
        self.stopping = False


@dataclass
class Activity:
    """What goes on in a walk. `heard_at`: when a run was last heard of, on the monotonic clock."""

    walk: Walk
    carrying: Execution
    looking: bool = False
    heard_at: float = field(default_factory=time.monotonic)
