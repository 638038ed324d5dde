"""Root's own environment. Where root has none that is current, the first `jalon` that sudo starts makes it, which takes
a minute or so: it is made before any work begins, and said, so that no clock of the work runs meanwhile."""

from __future__ import annotations

import asyncio
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator

from screens.model.children import Jalon, started
from wizard.base.language import _
from wizard.base.visible import visible

# What loads nothing but the environment itself.
LEAST = "--version"
# How the launcher begins what it tells a person; a warning of Python's is none of this.
SAID = "jalon: "


def explained() -> tuple[str, str]:
    """What is being made, in a few words, and why."""
    text = _(
        "Once, about a minute. What runs as root may use nothing that another user can change: so root has its own."
    )
    return _("Preparing root's own copy of Jalon's environment"), text


class Preparation:
    """A `jalon` that is started as root and does no work. It goes on whether anybody listens or not, as what sudo has
    started cannot be stopped from here."""

    def __init__(self, jalon: Jalon) -> None:
        self._jalon = jalon
        self._lines: list[str] = []
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.status: int | None = None
        self.began = time.monotonic()

    @property
    def last(self) -> str:
        """What it said last."""
        return self._lines[-1] if self._lines else ""

    @property
    def words(self) -> str:
        """All that it said, but for the packages as they came."""
        kept = [line for line in self._lines if not line.startswith(" ")]
        return "\n".join(kept or self._lines) or _("it ended with status {status}").format(status=self.status)

    @property
    def done(self) -> bool:
        """Whether root's `jalon` starts now."""
        return self.status == 0

    async def at_once(self) -> bool:
        """Whether root has it already; returns as soon as that is known, and the rest goes on."""
        self._task = asyncio.create_task(self._run())
        await self._news.wait()
        return self.done

    async def lines(self) -> AsyncIterator[str]:
        """What it says, from the beginning, line by line as it comes, until it ends."""
        told = 0
        while True:
            self._news.clear()
            for line in self._lines[told:]:
                told += 1
                yield line
            if self.status is not None and told == len(self._lines):
                return
            await self._news.wait()

    async def _run(self) -> None:
        child = await started(self._jalon.command(LEAST, root=True), stdin=DEVNULL)
        assert child.stderr is not None and child.stdout is not None
        out = asyncio.ensure_future(child.stdout.read())
        others: list[str] = []
        while line := await child.stderr.readline():
            text = visible(line.decode(errors="replace").rstrip())
            if self._lines or text.startswith(SAID):
                self._lines.append(text.removeprefix(SAID))
                self._news.set()
            else:
                others.append(text)
        await out
        status = await child.wait()
        if status and not self._lines:
            self._lines = others
        self.status = status
        self._news.set()
