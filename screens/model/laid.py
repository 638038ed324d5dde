"""Files that lie ready for typing, while a person types."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from screens.model.children import Jalon, started
from screens.model.instance import Instance


class Laid:
    """The folder for one instance; `private` is the wizard's own.

    What root lays, another user could not remove from a folder of their own: it lies in one of root's, and a child of
    root's removes it when its standard input ends, which it does however the wizard ends. Asked for only then, sudo
    might want a password, as it does of whoever has lost the terminal.
    """

    def __init__(self, instance: Instance, private: Path) -> None:
        self._instance = instance
        self._of_root = instance.guide.root and not instance.facts.root
        self.folder = Path("/run") / f"jalon-{os.getpid()}-typed" if self._of_root else private / "typed"
        self._keeper: asyncio.subprocess.Process | None = None

    async def keep(self, jalon: Jalon) -> None:
        """From now on it will be removed, whatever happens. Before anything is laid."""
        if not self._of_root or (self._keeper is not None and self._keeper.returncode is None):
            return
        words = ("plan", *self._instance.words, "--lay", str(self.folder), "--away", "--at-end")
        pipe = asyncio.subprocess.PIPE
        self._keeper = await started(jalon.command(*words, root=True), stdin=pipe, in_order=True)
        assert self._keeper.stdout is not None
        await self._keeper.stdout.readline()

    async def away(self) -> None:
        """Removes it."""
        if self._keeper is None:
            await asyncio.to_thread(shutil.rmtree, self.folder, True)
            return
        keeper, self._keeper = self._keeper, None
        if keeper.stdin is not None:
            keeper.stdin.close()
        await keeper.communicate()
