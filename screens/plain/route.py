"""The route: all checkpoints of an instance, and the way from one to the next."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from screens.model.children import Jalon
from screens.model.form import Form
from screens.model.instance import Instance, changed
from screens.model.point import Point
from screens.model.walk import Walk
from screens.plain.asides import Asides
from screens.plain.end import End
from screens.plain.findings import show_route
from screens.plain.looking import Looking
from screens.plain.questions import Questions
from screens.plain.stop import Stopover
from screens.plain.terminal import Back, Terminal
from wizard.base.language import _


class Route:
    """One walk through a guide."""

    def __init__(self, terminal: Terminal, jalon: Jalon, instance: Instance, folder: Path) -> None:
        self._terminal, self._jalon, self._folder = terminal, jalon, folder
        self._begin(instance)

    def _begin(self, instance: Instance) -> None:
        self._instance = instance
        self._walk = Walk(instance.checkpoints)
        self._looking = Looking(self._terminal, self._jalon, instance)
        self._asides = Asides(self._terminal, instance, self._walk, self._looking)
        self._stopover = Stopover(self._terminal, instance, self._walk, self._looking, self._folder)

    async def walk(self) -> None:
        """Goes from checkpoint to checkpoint until the person goes back or leaves."""
        self._terminal.title(f"{self._instance.guide.title()}  {self._instance.name}")
        await self._looking.become_root(_("Most of this can only be looked at as root."))
        await self._looking.look(self._walk)
        while True:
            self._terminal.title(_("The way"))
            show_route(self._terminal, self._walk)
            self._terminal.say("")
            await self._go()

    async def _go(self) -> None:
        points = self._walk.points
        offers = [
            (self._report, _("the report, with the address and the account")),
            (self._look, _("look at the machine again")),
        ]
        if self._walk.next:
            offers.append((self._stopover.all, _("do all that is left, one checkpoint after the other")))
        offers += [
            (self._answers, _("see or change the answers")),
            (self._plan, _("read the whole plan: every command and as whom, every difference")),
            (self._find, _("search the findings and the changes")),
            (self._history, _("read what was done here, and when")),
        ]
        # While anything is left, the report comes last; then it is what Enter takes.
        default = points.index(self._walk.next) + 1 if self._walk.next else len(points) + 1
        self._terminal.say(_("1 to {count}: that checkpoint").format(count=len(points)))
        for number, (_act, text) in enumerate(offers, len(points) + 1):
            self._terminal.say(_("{number}: {text}").format(number=number, text=text))
        help = _(
            "Each checkpoint is a point of the guide at which something holds that can be proven. The whole plan, the"
            " search and what was done are only read: nothing is changed by them."
        )
        number = self._terminal.number(len(points) + len(offers), default, help)
        if number <= len(points):
            await self._on_from(points[number - 1])
        else:
            await offers[number - len(points) - 1][0]()

    async def _report(self) -> None:
        with suppress(Back):
            await End(self._terminal, self._instance, self._walk, self._looking).show()

    async def _look(self) -> None:
        await self._looking.look(self._walk)

    async def _plan(self) -> None:
        with suppress(Back):
            self._asides.plan()

    async def _history(self) -> None:
        with suppress(Back):
            await self._asides.history()

    async def _find(self) -> None:
        with suppress(Back):
            if (point := self._asides.find()) is not None:
                await self._on_from(point)

    async def _answers(self) -> None:
        """Other answers are a route of their own, which counts once it is applied."""
        one = self._instance
        form = Form(one.guide, one.facts, one.state_dir, of=one)
        with suppress(Back):
            Questions(self._terminal, form).ask()
            if form.changed:
                self._begin(changed(one, form.answers, self._folder))
                await self._looking.look(self._walk)

    async def _on_from(self, point: Point) -> None:
        """That checkpoint, and those after it, as long as the person goes on."""
        at: Point | None = point
        while at is not None:
            try:
                at = await self._stopover.at(at)
            except Back:
                return
