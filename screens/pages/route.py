"""The main screen: its keys, and what each leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widgets import OptionList

from screens.dialogs import failure
from screens.dialogs.about import About
from screens.dialogs.ask import Confirm, Reason
from screens.dialogs.details import Details
from screens.model.instance import Instance
from screens.model.point import Change, Data
from screens.pages.output import OutputPage
from screens.pages.route_runs import RouteRuns
from screens.widgets.choice import Choice
from screens.widgets.keys import N_, key
from screens.widgets.panel import Panel
from screens.widgets.status_line import verdict
from wizard.base.language import _


class Route(RouteRuns):
    """A walk through the checkpoints of one instance."""

    tells_changes = True
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
        key("v", "plan", N_("whole plan")),
        key("slash", "find", N_("find")),
        key("l", "history", N_("log")),
        key("i", "about", N_("about this checkpoint"), show=False),
        key("escape", "back", N_("back")),
        key("q", "app.leave", N_("leave")),
        key("ctrl+down,n", "step(1)", N_("next checkpoint")),
        key("ctrl+up,p", "step(-1)", N_("previous checkpoint")),
    ]

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _(
            "At the left the checkpoints of the guide, at the right the one that is marked: what is to do there, and "
            "what was seen. Enter on a line shows the exact commands, the difference of a file, or why something "
            'failed. "Do it for me" carries out what is to do and looks again; "I\'ll type it" shows what to type in '
            'another terminal and watches; "Only check" looks and changes nothing. `a` does all that is left, one '
            "checkpoint after the other, and stops at the first that fails. `w` shows the answers; once one is "
            "changed, the route shows what that changes here. `v` shows the whole plan on one page, `l` what was done "
            "and when, `/` finds a finding or a change by its words."
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do something now."""
        if action == "repair":
            return not self.carrying.busy and self.point.repairable
        if action in ("do", "type") and self.point.hindered:
            return False
        if action == "all" and any(one.hindered for one in self.walk.points):
            return False
        if action in ("do", "all", "type", "skip", "check", "answers"):
            return not self.carrying.busy
        if action == "cancel":
            return self.carrying.busy
        if action == "output":
            return self.walk.printed > 0
        return True

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The route decides which checkpoint is shown."""
        if event.option_list.id == "route" and event.option_index != self.at:
            self.at = event.option_index
            self.show_all()
        elif event.option_list.id == "lines":
            self.show_closer()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on the route goes to the checkpoint's lines; on a line it opens it."""
        if event.option_list.id == "route":
            self.query_one("#lines", OptionList).focus()
        elif (subject := self.query_one(Panel).subject(event.option_index)) is not None:
            self.open(subject)

    def open(self, subject: Change | Data) -> None:
        """A closer look at a line of this checkpoint."""
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

    def after_details(self, repair: bool | None) -> None:
        """What is red is repaired, where the person said so."""
        if repair:
            self.action_repair()

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

    def action_about(self) -> None:
        """All that is said of this checkpoint, however much of it the panel has room for."""
        self.app.push_screen(About(self.point, verdict(self.now, self.point, self.wizard.look)))

    def action_output(self) -> None:
        """The whole output."""
        self.app.push_screen(OutputPage(self.walk, self.carrying))

    def action_plan(self) -> None:
        """All of it at once."""
        from screens.pages.plan import WholePlan

        self.app.push_screen(WholePlan(self.instance, self.walk))

    def action_history(self) -> None:
        """What was done and when."""
        from screens.pages.history import History

        self.app.push_screen(History(self.instance, self.walk))

    @work(group="find", exclusive=True)
    async def action_find(self) -> None:
        """To a finding or a change by its words, at whatever checkpoint it is."""
        from screens.dialogs.find import Find

        hit = await self.app.push_screen_wait(Find(self.walk))
        if hit is not None:
            self.at = self.walk.points.index(hit.point)
            self.show_all()
            self.open(hit.subject)

    def action_files(self) -> None:
        """The generated files."""
        from screens.pages.files import Files

        self.app.push_screen(Files(self.instance, self.point.id))

    def action_answers(self) -> None:
        """The answers of this instance, to change, at the one that is in the way here; what other ones would do is
        shown on a route of its own."""
        from screens.model.form import Form
        from screens.model.obstacle import concerned
        from screens.pages.questions import Questions

        guide, point = self.instance.guide, self.point
        aim = concerned(guide.questions(), self.instance.answers, point.blocked, point.remedy) if point.hindered else ""
        if isinstance(form_before := self.app.screen_stack[-2], Questions):
            # It was begun there, and has not been left since.
            form_before.aim = aim
            self.to_answers()
            return
        form = Form(guide, self.instance.facts, self.instance.state_dir, of=self.instance)
        self.app.push_screen(Questions(guide, form, aim), self.begin_anew)

    @work(group="leave", exclusive=True)
    async def to_answers(self) -> None:
        """Back to where they were given, unasked: nothing is lost by it."""
        await self._leave_for_before()

    def begin_anew(self, instance: Instance | None) -> None:
        """The route of the same instance with other answers."""
        if instance is not None:
            self.app.switch_screen(Route(instance))

    @work(group="leave", exclusive=True)
    async def action_back(self) -> None:
        """To the screen before, after asking: Escape is also what one presses to be rid of something."""
        if not self.carrying.busy:
            text = _("Back to the screen before? Nothing is being carried out; what is done stays done.")
            if not await self.app.push_screen_wait(Confirm(text, _("Go back"), _("Stay"))):
                return
        await self._leave_for_before()

    async def _leave_for_before(self) -> None:
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
