"""The route: all checkpoints of an instance, and the way from one to the next."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from screens.children import Jalon
from screens.instance import Instance
from screens.plain.end import End
from screens.plain.findings import show_route
from screens.plain.looking import Looking
from screens.plain.stop import Stopover
from screens.plain.terminal import Back, Terminal
from screens.walk import Point, Walk
from wizard.language import _


class Route:
    """One walk through a guide."""

    def __init__(self, terminal: Terminal, jalon: Jalon, instance: Instance, folder: Path) -> None:
        self._terminal = terminal
        self._instance = instance
        self._walk = Walk(instance.checkpoints)
        self._looking = Looking(terminal, jalon, instance)
        self._stopover = Stopover(terminal, instance, self._walk, self._looking, folder)

    async def walk(self) -> None:
        """Goes from checkpoint to checkpoint until the person goes back or leaves."""
        self._terminal.title(f"{self._instance.guide.title()}  {self._instance.name}")
        await self._looking.become_root(_("Most of this can only be looked at as root."))
        await self._looking.look(self._walk)
        while True:
            self._terminal.title(_("The way"))
            show_route(self._terminal, self._walk.points)
            self._terminal.say("")
            await self._go()

    async def _go(self) -> None:
        count = len(self._walk.points)
        following = self._walk.next
        # While anything is left, the report comes last; then it is what Enter takes.
        default = self._walk.points.index(following) + 1 if following else count + 1
        number = self._asked(count, default)
        if number == count + 1:
            with suppress(Back):
                await End(self._terminal, self._instance, self._walk, self._looking).show()
        elif number == count + 2:
            await self._looking.look(self._walk)
        elif number == count + 3:
            await self._stopover.all()
        else:
            await self._on_from(self._walk.points[number - 1])

    def _asked(self, count: int, default: int) -> int:
        self._terminal.say(_("1 to {count}: that checkpoint").format(count=count))
        self._terminal.say(_("{number}: the report, with the address and the account").format(number=count + 1))
        self._terminal.say(_("{number}: look at the machine again").format(number=count + 2))
        most = count + 2
        if self._walk.next:
            most += 1
            self._terminal.say(_("{number}: do all that is left, one checkpoint after the other").format(number=most))
        help = _("Each checkpoint is a point of the guide at which something holds that can be proven.")
        return self._terminal.number(most, default, help)

    async def _on_from(self, point: Point) -> None:
        """That checkpoint, and those after it, as long as the person goes on."""
        at: Point | None = point
        while at is not None:
            try:
                at = await self._stopover.at(at)
            except Back:
                return
