"""What is read beside the way: the whole plan, what was done and when, and findings and changes by their words."""

from __future__ import annotations

from collections.abc import Sequence

from screens.model.document import Line, as_text, done, legend, of_change, plan, proposed
from screens.model.instance import Instance
from screens.model.look import Look
from screens.model.point import Change, Point
from screens.model.search import Hit, hits
from screens.model.walk import Walk
from screens.plain.findings import line_of, show
from screens.plain.looking import Looking
from screens.plain.saving import save
from screens.plain.terminal import Back, Terminal
from wizard.base.language import _, _n

SIGNS = Look(rich=False, colours=0)
MOST = 20
"""So many lines that were found are shown at a time: a terminal may have no way to look back."""


class Asides:
    """What may be read of an instance; nothing is changed by it."""

    def __init__(self, terminal: Terminal, instance: Instance, walk: Walk, looking: Looking) -> None:
        self._terminal = terminal
        self._instance = instance
        self._walk = walk
        self._looking = looking

    def plan(self) -> None:
        """Everything that would be done, as `plan` says it."""
        self._terminal.title(_("The whole plan"))
        self._read(list(plan(self._walk.points, self._walk.planned_once)), _("plan"))

    async def history(self) -> None:
        """What was done and when, the oldest first."""
        self._terminal.title(_("What was done"))
        report = await self._looking.report()
        if report is None:
            return
        self._terminal.say(legend(SIGNS))
        self._read(list(done(report, self._walk.points, SIGNS)), _("log"))

    def find(self) -> Point | None:
        """The checkpoint of a finding or a change that the person looked for and chose; it is shown in full first.
        None where nothing was chosen."""
        self._terminal.title(_("Search"))
        while True:
            help = _("Words of a finding or a change, or how it stands: failed, warning")
            wanted = self._terminal.ask(_("words to find"), "", help).strip()
            if not wanted:
                return None
            found = hits(self._walk, wanted)
            told = _n("{count} line has it", "{count} lines have it", len(found)).format(count=len(found))
            self._terminal.say(told)
            if found and (hit := self._chosen(found)) is not None:
                return hit.point

    def _chosen(self, found: Sequence[Hit]) -> Hit | None:
        """The one that the person goes to; None where other words are wanted."""
        if len(found) > MOST:
            self._terminal.say(_("These are the first {count}; more words find fewer.").format(count=MOST))
        lines = [f"{hit.point.title}: {line_of(hit.subject)}" for hit in found[:MOST]]
        while True:
            try:
                hit = found[self._terminal.choose(lines) - 1]
            except Back:
                return None
            if isinstance(hit.subject, Change):
                self._terminal.page(line.text for line in of_change(hit.subject))
            else:
                show(self._terminal, hit.subject)
            to_it = _("go to the checkpoint {title}").format(title=hit.point.title)
            ways = [to_it, _("back to what was found"), _("other words")]
            chosen = self._terminal.choose(ways)
            if chosen != 2:
                return hit if chosen == 1 else None

    def _read(self, lines: Sequence[Line], what: str) -> None:
        """Shows a long text, and saves it where that is wanted."""
        self._terminal.page(line.text for line in lines)
        if self._terminal.choose([_("back to the whole way"), _("save this text")]) == 2:
            file = proposed(self._instance, ".txt", what)
            named = self._terminal.ask(_("The file"), str(file))
            save(self._terminal, named, lambda path: path.write_text(as_text(lines), encoding="utf-8"))
