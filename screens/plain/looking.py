"""Looking at the host through children, as root where that is allowed, and becoming root through sudo."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from screens.model.children import Answer, Jalon
from screens.model.instance import Instance
from screens.model.laid import Laid
from screens.model.observation import see
from screens.model.point import Data
from screens.model.preparation import Preparation, explained
from screens.model.sudo import Sudo, garbled, otherwise
from screens.model.walk import Walk
from screens.plain.terminal import Terminal
from wizard.base.language import _

T = TypeVar("T")


class Looking:
    """What the children of one instance are asked."""

    def __init__(self, terminal: Terminal, jalon: Jalon, instance: Instance, sudo: Sudo | None = None) -> None:
        self._terminal = terminal
        self._jalon = jalon
        self._instance = instance
        self._sudo = sudo or Sudo()
        self._unlocked = False
        self._has_environment = False

    @property
    def root(self) -> bool:
        """Whether children run as root now."""
        return self._instance.guide.root and (self._instance.facts.root or self._unlocked)

    async def become_root(self, why: str) -> bool:
        """Makes sure that a child can change this machine; asks for sudo's password where it must. False where the
        person gave none, or there is no way."""
        return not self._instance.guide.root or await self.gain_root(why)

    async def gain_root(self, why: str) -> bool:
        """The same, for what changes the machine whichever the guide."""
        if self._instance.facts.root:
            return True
        if not self._sudo.there:
            self._terminal.say(_("This takes root, and there is no sudo here: leave, and start `jalon` as root."))
            return False
        self._unlocked = await self._sudo.ready()
        while not self._unlocked:
            self._terminal.say(why)
            password = self._terminal.hidden(_("sudo's password (it is not shown; Enter: go on without root)"))
            if not password:
                return False
            refused = garbled(password) or await self._sudo.unlock(password)
            if refused:
                self._terminal.say(refused.words)
                self._terminal.say(otherwise(self._jalon.program[0], refused.again))
                if not refused.again:
                    return False
            self._unlocked = refused is None
        # Until root has its environment, who looks as root would wait for it without a word.
        self._unlocked = await self._prepared()
        return self._unlocked

    async def _prepared(self) -> bool:
        """Makes sure that root has its own environment, and says so where it is only now made."""
        if self._has_environment:
            return True
        making = Preparation(self._jalon)
        if not await making.at_once():
            await self._unless_interrupted(self._say_all(making))
        self._has_environment = making.done
        return making.done

    async def _say_all(self, making: Preparation) -> None:
        for text in explained():
            self._terminal.say(text)
        async for line in making.lines():
            self._terminal.say(line, 4, 4)

    async def look(self, walk: Walk) -> bool:
        """Plans and verifies; False where it was interrupted or could not be done, which is said."""
        self._terminal.say(_("Looking at the machine..."))
        silent = await self._unless_interrupted(see(self._jalon, self._instance, walk, self.root))
        if silent and self._unlocked and not await self._sudo.ready():
            # It keeps a password for some minutes only.
            await self.become_root(_("Most of this can only be looked at as root."))
            silent = await self._unless_interrupted(see(self._jalon, self._instance, walk, self.root))
        if silent is None:
            return False
        # Mostly both for the same reason.
        for answer in [*silent.values()][:1]:
            self._complain(answer)
        return not silent

    async def report(self) -> Data | None:
        """What `report` says of the instance; None where it was interrupted or could not be done, which is said."""
        self._terminal.say(_("Looking at the machine..."))
        answer = await self._unless_interrupted(self._ask("report"))
        if answer is None:
            return None
        if not isinstance(answer.data, dict):
            self._complain(answer)
            return None
        return answer.data

    async def lay(self, walk: Walk, folder: str) -> bool:
        """Plans again, everything laid ready for typing in that folder."""
        answer = await self._unless_interrupted(self._ask("plan", "--lay", folder))
        if answer is None:
            return False
        if not isinstance(answer.data, dict):
            self._complain(answer)
            return False
        walk.planned(answer.data)
        return True

    async def link(self, *options: str) -> Answer:
        """Has `jalon` made a command of this machine, or that taken away."""
        return await self._jalon.ask("link", *options, root=True)

    async def keep_laid(self, laid: Laid) -> None:
        """Makes sure that what is laid is removed, whatever happens."""
        await laid.keep(self._jalon)

    async def keep(self, name: str, reason: str) -> bool:
        """Keeps why that checkpoint is skipped, for reports; only where the instance has a state."""
        return (await self._ask_plainly("report", "--skip", f"{name}={reason}", "--format", "json")).status == 0

    def start(self, *words: str) -> Coroutine[Any, Any, Any]:
        """Starts a run that changes things: a command, and its options."""
        command, *more = words
        return self._jalon.start(command, *self._instance.words, *more, "--format", "json", root=self.root)

    async def _ask(self, *words: str) -> Answer:
        return await self._ask_plainly(*words, "--format", "json")

    async def _ask_plainly(self, *words: str) -> Answer:
        command, *more = words
        return await self._jalon.ask(command, *self._instance.words, *more, root=self.root)

    def _complain(self, answer: Answer) -> None:
        for line in answer.words.splitlines()[-15:] or [_("It ended without a word; do it again.")]:
            self._terminal.say(line, 2, 2)

    async def _unless_interrupted(self, asked: Coroutine[Any, Any, T]) -> T | None:
        """What was asked for; None where Ctrl-C ended it."""
        loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGINT)
        asking = asyncio.ensure_future(asked)
        loop.add_signal_handler(signal.SIGINT, asking.cancel)
        try:
            with suppress(asyncio.CancelledError):
                return await asking
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)
        self._terminal.say("")
        self._terminal.say(_("Interrupted."))
        return None
