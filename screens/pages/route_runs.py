"""Looking and carrying out from the main screen, by children, and what follows when they end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from textual import work

from screens.dialogs import failure
from screens.dialogs.ask import Offered
from screens.model.actions import failing, runs
from screens.model.observation import see
from screens.model.point import Data, Point
from screens.pages.route_view import RouteView
from wizard.base.language import _

SETTLING = 8
"""How often it is looked again, a second apart, before something red after a run that went well is believed."""


class RouteRuns(RouteView):
    """What the main screen has children do; `after_failure` is told what the person chose where it stays red."""

    def on_mount(self) -> None:
        """Looks at once: where everything holds it is green before one has read the screen."""
        # Textual calls what the base class has for it by itself.
        self.look(advance=True)

    def after_language(self) -> None:
        """What was seen is looked at again."""
        super().after_language()
        self.look()

    @work(exclusive=True, group="look")
    async def look(self, advance: bool = False) -> None:
        """Every probe and the plan, side by side, by children that change nothing."""
        await self.look_now()
        if advance:
            self.advance()

    async def look_now(self) -> None:
        """The same, waited for."""
        self.now.looking = True
        self.show_all()
        root = self.wizard.may_look_as_root(self.instance)
        silent = await see(self.wizard.jalon, self.instance, self.walk, root)
        if silent and root and not await self.wizard.still_root():
            text = _("sudo has forgotten the password: what only root may see is unknown until it is given again.")
            self.notify(text, timeout=12)
            silent = await see(self.wizard.jalon, self.instance, self.walk, False)
        self.now.looking = False
        if self.instance.kept and "verify" in silent and (complaint := silent["verify"].words):
            self.notify(complaint, severity="error", timeout=15)
        self.show_all()

    async def settled(self, done: bool) -> None:
        """Looks after a run, as root as it ran. A service that the last trial has just killed is given its time to be
        back."""
        await self.wizard.become_root(self.instance)
        for _again in range(SETTLING):
            await self.look_now()
            if not done or not any(one.red for one in self.walk.points):
                break
            await asyncio.sleep(1)

    def advance(self) -> None:
        """To the first checkpoint at which something is left to do."""
        following = self.walk.next
        if following is not None and self.point.green:
            self.at = self.walk.points.index(following)
            self.show_all()

    def action_do(self) -> None:
        """Carries this checkpoint out."""
        if not self.carrying.busy:
            self.carry_out([self.point])

    def action_repair(self) -> None:
        """Carries out what repairs what is red, and looks again."""
        if not self.carrying.busy:
            self.repair()

    def action_all(self) -> None:
        """Carries out all that is left."""
        if not self.carrying.busy:
            self.carry_out([])

    def action_cancel(self) -> None:
        """Stops what runs."""
        self.cancel_now()

    @work(group="cancel", exclusive=True)
    async def cancel_now(self) -> None:
        """The same, without keeping keys waiting."""
        await self.carrying.stop()

    def action_report(self) -> None:
        """What was reached."""
        from screens.pages.report import Report

        self.app.push_screen(Report(self.instance, self.walk))

    async def carried(self, command: str, runs: Sequence[Sequence[str]]) -> str:
        """Those runs of a command, one after the other until one does not go to its end; the last one's outcome."""
        self.carrying.busy = True
        self.show_all()
        try:
            for number, options in enumerate(runs):
                # The one before may have taken longer than sudo keeps a password.
                if number and not await self.wizard.become_root(self.instance):
                    break
                if not await self.carrying.once(self.wizard.jalon, command, options, self.ask, self.heard):
                    break
        finally:
            self.carrying.busy, self.carrying.run = False, None
        return self.carrying.outcome

    @work(exclusive=True, group="run")
    async def carry_out(self, points: Sequence[Point]) -> None:
        """One checkpoint, or with none given all that is left; then what comes next, or what went wrong."""
        if self.carrying.busy or not await self.wizard.become_root(self.instance):
            return
        ended = await self.carried("apply", runs(self.walk, points))
        stuck = next((one for one in self.walk.points if one.failure), None)
        await self.settled(ended == "done")
        stuck = stuck or failing(self.walk) or self.point
        if ended in ("failed", "blocked"):
            self.failed(stuck)
        elif ended == "interrupted":
            self.notify(_("Stopped. What was done stays; doing it again goes on from there."))
        else:
            self.advance()
            if not points and self.walk.green:
                self.action_report()

    @work(exclusive=True, group="run")
    async def repair(self) -> None:
        """Repairs what is red, wherever it is: the reason for one may lie in another checkpoint."""
        if self.carrying.busy or not await self.wizard.become_root(self.instance):
            return
        ended = await self.carried("fix", [[]])
        await self.settled(False)
        stuck = next((one for one in self.walk.points if one.red), None)
        if ended == "interrupted":
            self.notify(_("Stopped. What was done stays; doing it again goes on from there."))
        elif stuck or self.walk.failure:
            self.failed(stuck or self.point)
        else:
            self.notify(_("Repaired, and looked at again."))
            self.advance()

    def heard(self, events: Sequence[Data]) -> None:
        """A batch of events of a run: the checkpoint that begins is shown."""
        self.now.heard_at = time.monotonic()
        for event in events:
            if event["event"] == "checkpoint" and (begun := self.walk.point(str(event["id"]))) is not None:
                self.at = self.walk.points.index(begun)
        if any(event["event"] != "output" for event in events):
            self.show_soon()

    async def ask(self, event: Data) -> str:
        """A question of a run, put to the person; what they do not agree to is left as it is."""
        from screens.dialogs.edited import Edited

        if "commands" in event:
            return "do" if await self.app.push_screen_wait(Offered(event)) else "leave"
        return await self.app.push_screen_wait(Edited(event, self.instance)) or "keep"

    def failed(self, point: Point) -> None:
        """Opens on what it means and what to try."""
        self.at = self.walk.points.index(point)
        self.show_all()
        asked = failure.Failure(point, self.walk.failure, self.walk.since(self.walk.printed - 15), self.user)
        self.app.push_screen(asked, self.after_failure)

    def after_failure(self, answer: str | None) -> None:
        """What the person chose where it stayed red."""
        raise NotImplementedError
