"""I'll type it: the lines to type in another terminal, and probes that watch and turn green by themselves."""

from __future__ import annotations

import asyncio
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from screens.model.dictated import MASK, consoles, dictated
from screens.model.instance import Instance
from screens.model.laid import Laid
from screens.model.point import Change, Point
from screens.model.walk import Walk
from screens.pages.page import Page
from screens.widgets import rows
from screens.widgets.choice import Choice, Choices
from screens.widgets.keys import N_, key
from screens.widgets.scroll import Scroll
from wizard.base.language import _, _n

AROUND = 7
"""Lines of the screen beside what is typed and what is seen."""
EVERY = 2.0
"""Seconds between two looks."""


class Dictation(Page):
    """What to type for one checkpoint. A line is struck off when the host shows what it does; nobody is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "copy", N_("copy the lines")),
        key("f", "files", N_("files")),
        key("c", "now", N_("look now")),
        key("escape", "close", N_("back")),
        key("q", "app.leave", N_("leave")),
    ]

    def __init__(self, instance: Instance, walk: Walk, point: Point) -> None:
        super().__init__()
        self.instance, self.walk, self.point = instance, walk, point
        self.wanted: dict[tuple[str, str], Change] = {}
        self.left: set[tuple[str, str]] = set()
        self.problem = ""
        self.looks = 0

    @property
    def place(self) -> str:
        """Where we are."""
        page = _("typed by you")
        return f"{self.instance.called}  {self.point.title}  {page}"

    @property
    def help_text(self) -> str:
        """What it is for."""
        told = _(
            "Open another terminal on this machine (on its console {there}, and {back} to come back), become who is "
            "named (root with `sudo -i`), and type the lines in their order. Files lie ready, and scripts for what is "
            "too long; what is in one stands below it. What is done is marked by itself, for this screen looks at the "
            "machine every two seconds. `f` shows what is in the files."
        )
        return told.format(**consoles())

    @property
    def folder(self) -> Path:
        """Where files lie ready: a folder that only whoever types can read."""
        return self.laid.folder

    @cached_property
    def laid(self) -> Laid:
        """The same, with who removes it."""
        return Laid(self.instance, self.wizard.folder)

    async def may_leave(self) -> bool:
        """What root laid, root removes."""
        await self.laid.away()
        return True

    def on_unmount(self) -> None:
        """The screen is left, and the application goes on."""
        if self.app.is_running:
            self.app.run_worker(self.laid.away(), exit_on_error=False)

    def body(self) -> ComposeResult:
        """Where to type, what, and what is seen."""
        yield Static(id="where")
        with Scroll(id="typing"):
            yield Static(id="dictated")
        yield Static(id="watching")
        with Choices(id="ways"):
            yield Choice(_("Back"), id="back")

    def on_mount(self) -> None:
        """Begins to watch."""
        super().on_mount()
        self.show_all()
        self.query_one("#typing").focus()
        self.watch_host()

    @work(exclusive=True, group="watch")
    async def watch_host(self) -> None:
        """Looks, waits, looks again, until the screen is left."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """The plan with its lines, and the probes of this checkpoint."""
        instance, jalon = self.instance, self.wizard.jalon
        if instance.guide.root and not await self.wizard.become_root(instance):
            if self.still_open:
                self.pop_until_active()  # what was opened over it
                self.action_close()
            return
        await self.laid.keep(jalon)
        root = instance.guide.root
        words = (*instance.words, "--format", "json")
        planned, verified = await asyncio.gather(
            jalon.ask("plan", *words, "--lay", str(self.folder), root=root),
            jalon.ask("verify", *words, "--only", self.point.id, root=root),
        )
        self.problem = planned.words if planned.data is None else ""
        if planned.data is not None:
            self.walk.planned(planned.data)
            self.left = {(one.kind, one.subject) for one in self.point.changes}
            for one in self.point.changes:
                self.wanted[one.kind, one.subject] = one
        if verified.data is not None:
            self.walk.verified(verified.data)
        self.looks += 1
        self.show_all()

    def show_all(self) -> None:
        """What there is to type, and what is seen."""
        # A look may end before the parts are there, or while they are made anew in another language.
        if not self.still_open or not self.query("#where"):
            return
        look = self.wizard.look
        who = "root" if self.instance.guide.root else (self.wizard.facts.user if self.wizard.facts else "")
        where = _("In another terminal (console: {there}, back: {back}), as {user}:")
        where = where.format(user=who, **consoles())
        self.query_one("#where", Static).update(Content.styled(where, "bold"))
        typed = self.lines_text()
        self.query_one("#dictated", Static).update(typed)
        # What does not hold yet is what one waits for.
        probes = sorted(self.point.probes.values(), key=lambda one: one["outcome"] == "passed")
        seen = [rows.of_probe(probe, look, self.point.reached) for probe in probes]
        watching = Content.styled(_("Watching") + look.dots(), "bold")
        if self.problem:
            watching = Content.styled(self.problem, "$error")
        elif self.looks and not self.left and not self.remedies:
            watching = Content.styled(_("Nothing is left to type here. Escape goes back and on."), "$success bold")
        # What is to be typed comes first: of what is seen, as much as leaves it two thirds of the screen, or what it
        # leaves of it.
        room = max(2, self.size.height // 3 - 3, self.size.height - AROUND - typed.plain.count("\n"))
        if len(seen) > room:
            more = _n("and {count} more", "and {count} more", len(seen) - room + 1).format(count=len(seen) - room + 1)
            seen = [*seen[: room - 1], Content.styled(f"  {more}", "dim")]
        self.query_one("#watching", Static).update(Content("\n").join([watching, *seen]))

    def retranslate(self) -> None:
        """All of it is said anew."""
        super().retranslate()
        self.call_after_refresh(self.again)

    def again(self) -> None:
        """What composing anew took away; what the host says comes with the next look."""
        self.show_all()
        self.query_one("#typing").focus()

    def lines_text(self) -> Content:
        """Every line, those that the host shows to be done marked."""
        look = self.wizard.look
        if not self.wanted and not self.looks:
            return Content(_("Laying the files ready") + look.dots())
        parts = []
        if self.wanted:
            parts.append(Content(f"   {MASK}") + Content.styled("     " + _("(once, before all else)"), "dim"))
        for name, change in self.wanted.items():
            parts += self.lines_of(change, name not in self.left)
        if self.remedies:
            parts.append(Content.styled(_("What repairs what failed:"), "bold"))
            parts += [Content.styled(f"   {line}", "bold") for line in self.remedies]
        return Content("\n").join(parts)

    def lines_of(self, change: Change, done: bool) -> list[Content]:
        """What to type for a change, and under a script's line what is in it."""
        mark = self.wizard.look.sign("ok") if done else ""
        found = []
        for line, script in dictated(change, max(40, self.size.width - 10)):
            found.append(Content.styled(f"{mark:<3}{line}", "dim" if done else "bold"))
            found += [] if done else [Content.styled(f"      {one}", "dim") for one in script]
        return found

    @property
    def remedies(self) -> list[str]:
        """What to type for probes that stay red where nothing is left of the plan."""
        told = [probe.get("remedy") or {} for probe in self.point.red] if self.looks and not self.left else []
        return [line for remedy in told for line in remedy.get("commands") or [str(remedy.get("text", ""))] if line]

    @property
    def commands(self) -> list[str]:
        """What is left to type."""
        lines = [line for name, change in self.wanted.items() if name in self.left for line in change.lines]
        return [MASK, *lines] if lines else self.remedies

    def action_copy(self) -> None:
        """To the terminal's clipboard."""
        self.wizard.copy("\n".join(self.commands) + "\n")

    def action_files(self) -> None:
        """To read what is placed by a line."""
        from screens.pages.files import Files

        self.app.push_screen(Files(self.instance, self.point.id))

    def action_now(self) -> None:
        """Looks at once."""
        self.watch_host()

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """The only one: back."""
        event.stop()
        self.action_close()

    def action_close(self) -> None:
        """Back to the route, which looks at what was typed."""
        self.dismiss(None)
