"""What a person types in another terminal: the lines, files laid ready, and looking until nothing is left."""

from __future__ import annotations

from pathlib import Path

from screens.model.dictated import MASK, consoles, dictated
from screens.model.instance import Instance
from screens.model.laid import Laid
from screens.model.point import Point
from screens.model.walk import Walk
from screens.plain.looking import Looking
from screens.plain.terminal import Terminal
from wizard.base.language import _


async def type_it(
    terminal: Terminal, instance: Instance, walk: Walk, looking: Looking, point: Point, private: Path
) -> bool:
    """Says what to type until the host shows all of it; True then. `Back` where the person stops before."""
    laid = Laid(instance, private)
    try:
        await looking.keep_laid(laid)
        return await _typed(terminal, instance, walk, looking, point, laid.folder)
    finally:
        await laid.away()


async def _typed(
    terminal: Terminal, instance: Instance, walk: Walk, looking: Looking, point: Point, folder: Path
) -> bool:
    user = "root" if instance.guide.root else instance.facts.user
    told = False
    while True:
        terminal.say(_("Looking at the machine..."))
        if not await looking.lay(walk, str(folder)):
            return False
        if point.blocked or point.unknown:
            return False
        if not point.changes:
            terminal.say(_("All of it is there; now it is proved."))
            return True
        if not told:
            text = _("In another terminal (console: {there}, back: {back}), as {user}, type this first, once:")
            terminal.say(text.format(user=user, **consoles()))
            terminal.command(MASK)
            terminal.say(_("What is typed is then as readable as where Jalon makes it. Then:"))
            told = True
        else:
            terminal.say(_("Still to type:"))
        for change in point.changes:
            terminal.say("")
            terminal.say(f"# {change.title}", 2)
            for line, script in dictated(change, terminal.width - 8):
                terminal.command(line)
                for one in script:
                    terminal.say(f"# {one}", 4)
        terminal.say("")
        help = _("Files are laid ready in {folder}; the lines put them in their place.").format(folder=folder)
        terminal.ask(_("Enter: look again"), "", help)
