"""The main screen: the route at the left, the checkpoint at the right, the output as a third column where it fits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialogs import failure
from screens.dialogs.ask import Confirm, Offered, Reason
from screens.dialogs.details import Details
from screens.model.actions import failing, runs
from screens.model.execution import Activity, Execution
from screens.model.instance import Instance
from screens.model.look import word
from screens.model.observation import see
from screens.model.point import Data, Point
from screens.model.walk import Walk
from screens.pages.output import OutputPage
from screens.pages.page import Page
from screens.widgets import rows
from screens.widgets.choice import Choice
from screens.widgets.keys import N_, key
from screens.widgets.output import Output
from screens.widgets.panel import Panel
from wizard.base.language import _

SETTLING = 8
"""How often it is looked again, a second apart, before something red after a run that went well is believed."""
MOMENT = 0.1


class Points(OptionList):
    """The checkpoints."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "select", N_("its lines"))]


class Route(Page):
    """A walk through the checkpoints of one instance."""

    CSS_PATH = "route.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("d", "do", N_("do it"), show=False),
        key("e", "repair", N_("repair"), show=False),
        key("a", "all", N_("all")),
        key("t", "type", N_("type it"), show=False),
        key("c", "check", N_("check"), show=False),
        key("s", "skip", N_("skip")),
        key("x", "cancel", N_("cancel")),
        key("o", "output", N_("output")),
        key("f", "files", N_("files")),
        key("r", "report", N_("report")),
        key("w", "answers", N_("answers")),
        key("escape", "back", N_("back")),
        key("q", "app.leave", N_("leave")),
        key("ctrl+down,n", "step(1)", N_("next checkpoint"), show=False),
        key("ctrl+up,p", "step(-1)", N_("previous checkpoint"), show=False),
    ]

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self.instance = instance
        self.walk = Walk(instance.checkpoints)
        self.at = 0
        self.carrying = Execution(instance, self.walk)
        self.now = Activity(self.walk, self.carrying)
        self.listed: list[Content] = []
        self.waiting: Timer | None = None

    @property
    def point(self) -> Point:
        """The checkpoint that is shown."""
        return self.walk.points[self.at]

    @property
    def user(self) -> str:
        """As whom a person does what repairs it."""
        return "root" if self.instance.guide.root or not self.wizard.facts else self.wizard.facts.user

    @property
    def place(self) -> str:
        """Where we are."""
        name = "" if self.instance.guide.state else f"  {self.instance.name}"
        return f"{self.instance.guide.title()}{name}"

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _(
            "At the left the checkpoints of the guide, at the right the one that is marked: what is to do there, and "
            "what was seen. Enter on a line shows the exact commands, the difference of a file, or why something is "
            'red. "Do it for me" carries out what is to do and looks again; "I\'ll type it" shows what to type in '
            'another terminal and watches; "Only check" looks and changes nothing. `a` does all that is left, one '
            "checkpoint after the other, and stops at the first that stays red. `w` shows the answers; once one is "
            "changed, the route shows what that changes here."
        )

    def body(self) -> ComposeResult:
        """Three columns; style sheets decide which are seen."""
        yield Static(id="fold")
        with Horizontal(id="columns"):
            yield Points(id="route", compact=True)
            yield Panel(self.now, self.wizard.look, id="checkpoint")
            yield Output(self.walk, id="output")

    def on_mount(self) -> None:
        """Looks at once: where everything holds it is green before one has read the screen."""
        super().on_mount()
        self.query_one("#route", OptionList).border_title = _("Route")
        self.query_one("#output", Output).border_title = _("Output")
        self.show_all()
        self.query_one("#do", Choice).focus()
        self.set_interval(0.5, self.tick)
        self.look(advance=True)

    def retranslate(self) -> None:
        """The checkpoints are spoken anew too; what was seen is looked at again."""
        fresh = Walk(self.instance.checkpoints)
        for old, new in zip(self.walk.points, fresh.points, strict=True):
            old.title, old.objective = new.title, new.objective
        super().retranslate()
        self.call_after_refresh(self.after_language)

    def after_language(self) -> None:
        """What composing anew took away."""
        self.query_one("#route", OptionList).border_title = _("Route")
        self.query_one("#output", Output).border_title = _("Output")
        self.show_all()
        self.query_one("#do", Choice).focus()
        self.look()

    # What is shown

    def show_all(self) -> None:
        """The route and the checkpoint, as they are now."""
        if not self.is_mounted or not self.still_open:
            return
        listed = self.query_one("#route", OptionList)
        prompts = [rows.route(point, self.wizard.look) for point in self.walk.points]
        if listed.option_count != len(prompts):
            listed.set_options([Option(prompt) for prompt in prompts])
        else:
            for number, (prompt, old) in enumerate(zip(prompts, self.listed, strict=True)):
                if not prompt.is_same(old):
                    listed.replace_option_prompt_at_index(number, prompt)
        self.listed = prompts
        if listed.highlighted != self.at:
            listed.highlighted = self.at
        self.show_point()

    def show_point(self) -> None:
        """The checkpoint alone."""
        point, panel = self.point, self.query_one(Panel)
        where = rows.count(self.walk.points, point)
        narrow = self.has_class("-narrow")
        # Once is enough, where there is little room.
        panel.border_title = "" if narrow else f"{where}  {point.title}"
        if narrow:
            fold = Content.assemble(
                f" {where}  {point.title}  ",
                (f"[{word(point.state)}]", rows.colour(point.state)),
                ("   " + _("p, n: others"), "not bold"),
            )
            self.query_one("#fold", Static).update(fold)
        self.query_one("#output").set_class(self.walk.printed > 0, "-some")
        if panel.show(point):
            self.refresh_bindings()

    def on_resize(self) -> None:
        """Lines are as long as there is room."""
        super().on_resize()
        self.call_after_refresh(self.show_all)

    def tick(self) -> None:
        """The clock of what runs."""
        if self.carrying.busy:
            self.show_point()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do something now."""
        if action == "repair":
            return not self.carrying.busy and self.point.repairable
        if action in ("do", "all", "type", "skip", "check", "answers"):
            return not self.carrying.busy
        if action == "cancel":
            return self.carrying.busy
        return True

    # Looking

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
        complaint = await see(self.wizard.jalon, self.instance, self.walk, root)
        self.now.looking = False
        if complaint:
            self.notify(complaint, severity="error", timeout=15)
        self.show_all()

    async def settled(self, done: bool) -> None:
        """Looks after a run. A service that the last trial has just killed is given its time to be back."""
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

    # Keys and the mouse

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The route decides which checkpoint is shown."""
        if event.option_list.id == "route" and event.option_index != self.at:
            self.at = event.option_index
            self.show_point()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on the route goes to the checkpoint's lines; on a line it opens it."""
        if event.option_list.id == "route":
            self.query_one("#lines", OptionList).focus()
        elif (subject := self.query_one(Panel).subject(event.option_index)) is not None:
            able = not self.carrying.busy and self.point.repairable
            self.app.push_screen(Details(subject, self.user, able), self.after_details)

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """A way was chosen."""
        name = event.choice.id
        if name == "next":
            self.look(advance=True)
        else:
            self.call_next(getattr(self, f"action_{name}"))

    def action_step(self, by: int) -> None:
        """To the checkpoint before or after, from anywhere."""
        self.at = max(0, min(len(self.walk.points) - 1, self.at + by))
        self.show_all()

    def action_check(self) -> None:
        """Looks again."""
        self.look()

    def action_do(self) -> None:
        """Carries this checkpoint out."""
        if not self.carrying.busy:
            self.carry_out([self.point])

    def after_details(self, repair: bool | None) -> None:
        """What is red is repaired, where the person said so."""
        if repair:
            self.action_repair()

    def action_repair(self) -> None:
        """Carries out what repairs what is red, and looks again."""
        if not self.carrying.busy:
            self.repair()

    def action_all(self) -> None:
        """Carries out all that is left."""
        if not self.carrying.busy:
            self.carry_out([])

    @work(group="dictation", exclusive=True)
    async def action_type(self) -> None:
        """Dictates this checkpoint. Once nothing is left to type, its trials are made and the answers kept, as when
        Jalon has done it."""
        from screens.pages.dictation import Dictation

        point = self.point
        if self.carrying.busy:
            return
        await self.app.push_screen_wait(Dictation(self.instance, self.walk, point))
        await self.look_now()
        if point.reached and not point.changes:
            self.carry_out([point])

    @work(group="skip")
    async def action_skip(self) -> None:
        """Skips this checkpoint, with a reason; a skipped one is taken up again the same way."""
        if self.point.because:
            self.point.because = ""
        else:
            self.point.because = await self.app.push_screen_wait(Reason(self.point.title)) or ""
        if self.point.because and self.walk.next:
            self.at = self.walk.points.index(self.walk.next)
        self.show_all()

    def action_output(self) -> None:
        """The whole output."""
        self.app.push_screen(OutputPage(self.walk))

    def action_files(self) -> None:
        """The generated files."""
        from screens.pages.files import Files

        self.app.push_screen(Files(self.instance))

    def action_report(self) -> None:
        """What was reached."""
        from screens.pages.report import Report

        self.app.push_screen(Report(self.instance, self.walk))

    def action_answers(self) -> None:
        """The answers of this instance, to change; what other ones would do is shown on a route of its own."""
        from screens.model.form import Form
        from screens.pages.questions import Questions

        if isinstance(self.app.screen_stack[-2], Questions):
            # It was begun there, and has not been left since.
            self.action_back()
            return
        guide = self.instance.guide
        form = Form(guide, self.instance.facts, self.instance.state_dir, of=self.instance)
        self.app.push_screen(Questions(guide, form), self.begin_anew)

    def begin_anew(self, instance: Instance | None) -> None:
        """The route of the same instance with other answers."""
        if instance is not None:
            self.app.switch_screen(Route(instance))

    @work(group="leave", exclusive=True)
    async def action_back(self) -> None:
        """To the screen before, after asking where something runs."""
        if await self.may_leave() and self.app.screen is self:
            self.app.pop_screen()

    async def may_leave(self) -> bool:
        """Whether nothing runs any more that would be cut short."""
        if not self.carrying.busy:
            return True
        text = _(
            "Something is being carried out. Leaving stops it in order; what is done stays done, and coming back "
            "goes on from there."
        )
        if not await self.app.push_screen_wait(Confirm(text, _("Stop it and leave"), _("Stay"))):
            return False
        self.show_point()
        await self.carrying.stop()
        return True

    def action_cancel(self) -> None:
        """Stops what runs."""
        self.cancel_now()

    @work(group="cancel", exclusive=True)
    async def cancel_now(self) -> None:
        """The same, without keeping keys waiting."""
        await self.carrying.stop()

    # Execution out

    async def carried(self, command: str, runs: Sequence[Sequence[str]]) -> str:
        """Those runs of a command, one after the other until one does not go to its end; the last one's outcome."""
        self.carrying.busy = True
        self.show_all()
        try:
            for options in runs:
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
        await self.look_now()
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

    def show_soon(self) -> None:
        """Shows all, once for everything that comes within a moment: a run may say more than anybody reads."""
        if self.waiting is None:
            self.waiting = self.set_timer(MOMENT, self.show_now)

    def show_now(self) -> None:
        """The moment is over."""
        self.waiting = None
        self.show_all()

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
        """What the person chose."""
        actions: dict[str | None, Callable[[], object]] = {
            failure.RETRY: self.action_do,
            failure.REPAIR: self.action_repair,
            failure.TYPE: self.action_type,
            failure.SKIP: self.action_skip,
            failure.OUTPUT: self.action_output,
        }
        if answer in actions:
            actions[answer]()
