"""One checkpoint: have it done, type it, check it, skip it, or see what it would be."""

from __future__ import annotations

from pathlib import Path

from screens.model import actions
from screens.model.document import of_change
from screens.model.instance import Instance
from screens.model.point import Point
from screens.model.walk import Walk
from screens.plain.findings import show_point
from screens.plain.follow import follow
from screens.plain.looking import Looking
from screens.plain.terminal import Back, Terminal
from screens.plain.typing import type_it
from wizard.base.language import _

DO, TYPE, CHECK, SKIP, SHOW, ON, OUTPUT, REPAIR = range(1, 9)


class Stopover:
    """Stops at checkpoints."""

    def __init__(self, terminal: Terminal, instance: Instance, walk: Walk, looking: Looking, folder: Path) -> None:
        self._terminal = terminal
        self._instance = instance
        self._walk = walk
        self._looking = looking
        self._folder = folder

    async def at(self, point: Point) -> Point | None:
        """Stops there until the person goes on; returns the next checkpoint, None after the last. `Back` goes back."""
        told = False
        while True:
            if not told:
                show_point(self._terminal, point, self._number(point), len(self._walk.points))
            self._terminal.say("")
            chosen = self._choice(point)
            if chosen == ON:
                return self._after(point)
            told = False
            try:
                # What a run has just shown, or a page of text, is not said again.
                told = await self._follow_choice(chosen, point)
            except Back:
                continue

    def _number(self, point: Point) -> int:
        return self._walk.points.index(point) + 1

    def _after(self, point: Point) -> Point | None:
        number = self._number(point)
        return self._walk.points[number] if number < len(self._walk.points) else None

    def _choice(self, point: Point) -> int:
        after = self._after(point)
        choices = [
            _("do it for me"),
            _("I'll type it"),
            _("only check"),
            _("skip, with a reason"),
            _("show the commands and the differences"),
            _("go on to {title}").format(title=after.title) if after else _("back to the whole way"),
        ]
        ways = [DO, TYPE, CHECK, SKIP, SHOW, ON]
        # What is there only at times comes last, so that the others keep their numbers.
        if self._walk.output:
            ways.append(OUTPUT)
            choices.append(_("show what the last run printed"))
        if point.repairable:
            ways.append(REPAIR)
            choices.append(_("do what repairs it, and look again"))
        default = {actions.REPAIR: REPAIR, actions.NEXT: ON}.get(actions.recommended(point), DO)
        help = _(
            "1 makes the changes that are to do, no others, and proves the checkpoint. 2 says what to type in another"
            " terminal. 3 changes nothing."
        )
        return ways[self._terminal.choose(choices, ways.index(default) + 1, help) - 1]

    async def _follow_choice(self, chosen: int, point: Point) -> bool:
        """Follows it; whether all there is to know was said by it."""
        if chosen == DO:
            return await self._do(point)
        if chosen == TYPE:
            if await self._root() and await type_it(
                self._terminal, self._instance, self._walk, self._looking, point, self._folder
            ):
                return await self._do(point)
        elif chosen == REPAIR:
            return await self._repair(point)
        elif chosen == CHECK:
            await self._looking.look(self._walk)
        elif chosen == SKIP:
            await self._skip(point)
        elif chosen == SHOW:
            self._show(point)
            return True
        elif chosen == OUTPUT:
            self._terminal.page(self._walk.output)
            return True
        return False

    async def all(self) -> None:
        """Has all that is left done, one checkpoint after the other, up to the first that stays red."""
        if not await self._root():
            return
        for options in actions.runs(self._walk):
            # sudo may have forgotten the password since the last one.
            if not await self._root():
                break
            run = await self._looking.start("apply", *options)
            if await follow(self._terminal, self._walk, run) != "done":
                break
        await self._looking.look(self._walk)

    async def _do(self, point: Point) -> bool:
        if not await self._root():
            return False
        run = await self._looking.start("apply", "--only", point.id)
        if await follow(self._terminal, self._walk, run) == "done":
            point.because = ""
        return await self._looking.look(self._walk) and point.green

    async def _repair(self, point: Point) -> bool:
        if not await self._root():
            return False
        await follow(self._terminal, self._walk, await self._looking.start("fix"))
        return await self._looking.look(self._walk) and point.green

    async def _root(self) -> bool:
        return await self._looking.become_root(_("This changes the machine, and takes root."))

    async def _skip(self, point: Point) -> None:
        help = _('It is kept for the report. An empty one, `""`, takes an earlier one back.')
        point.because = self._terminal.ask(_("Why is it skipped?"), point.because, help)
        # Where nothing was applied yet there is nowhere to keep it: the report at the end says it all the same.
        await self._looking.keep(point.id, point.because)

    def _show(self, point: Point) -> None:
        if not point.changes:
            self._terminal.say(_("Nothing is left to do here."))
        self._terminal.page(line.text for change in point.changes for line in of_change(change))
