"""What is seen of the main screen: the route at the left, the checkpoint at the right, the output where it fits."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialogs.details import closer
from screens.model.execution import Activity, Execution
from screens.model.instance import Instance
from screens.model.look import word
from screens.model.point import Point
from screens.model.walk import Walk
from screens.pages.page import Page
from screens.widgets import rows
from screens.widgets.choice import Choice
from screens.widgets.keys import N_, key
from screens.widgets.output import Output
from screens.widgets.panel import Panel
from screens.widgets.scroll import Scroll
from wizard.base.language import _

MOMENT = 0.1
"""Seconds within which whatever comes is shown at once."""


class Points(OptionList):
    """The checkpoints."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "select", N_("its lines")),
        key("down", "cursor_down", N_("move")),
        key("right", "to_lines", N_("its lines"), show=False),
    ]

    def action_to_lines(self) -> None:
        """To the pane at the right."""
        self.screen.query_one("#lines").focus()


class RouteView(Page):
    """A walk through the checkpoints of one instance, as it is now; `at` is the checkpoint that is shown."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self.instance = instance
        self.walk = Walk(instance.checkpoints)
        self.at = 0
        self.carrying = Execution(instance, self.walk)
        self.now = Activity(self.walk, self.carrying)
        self.listed: list[Content] = []
        self.waiting: Timer | None = None
        self.printed_before = False

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
        return self.instance.called

    def body(self) -> ComposeResult:
        """Three columns; style sheets decide which are seen."""
        yield Static(id="fold")
        with Horizontal(id="columns"):
            yield Points(id="route", compact=True)
            yield Panel(self.now, self.wizard.look, id="checkpoint")
            with Vertical(id="beside"):
                with Scroll(id="aside", can_focus=False, how=N_("Enter on the line")):
                    yield Static(id="closer")
                yield Output(self.walk, self.wizard.look, id="output")

    def on_mount(self) -> None:
        """Shows what is known so far."""
        super().on_mount()
        self.after_language()
        self.set_interval(0.5, self.tick)

    def retranslate(self) -> None:
        """The checkpoints are spoken anew too; what was seen is looked at again."""
        fresh = Walk(self.instance.checkpoints)
        for old, new in zip(self.walk.points, fresh.points, strict=True):
            old.title, old.objective = new.title, new.objective
        super().retranslate()
        self.call_after_refresh(self.after_language)

    def after_language(self) -> None:
        """What stands on the edges, which composing anew takes away."""
        route = self.query_one("#route", OptionList)
        route.border_title, route.border_subtitle = _("Route"), Content(_("p, n: others"))
        self.query_one("#output", Output).border_title = _("Output")
        self.show_all()
        self.query_one("#do", Choice).focus()

    def show_all(self) -> None:
        """The route and the checkpoint, as they are now."""
        # What a worker waited for may come before the parts are there, or after they are gone.
        if not self.still_open or not self.query(Points) or not self.query(Panel):
            return
        listed = self.query_one("#route", OptionList)
        prompts = [rows.route(one, self.wizard.look, one is self.point) for one in self.walk.points]
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
        panel.border_title = Content("" if narrow else f"{where}  {point.title}")
        if narrow:
            fold = Content.assemble(
                f" {where}  {point.title}  ",
                (f"[{word(point.state)}]", rows.colour(point.state)),
                ("   " + _("p, n: others"), "not bold"),
            )
            self.query_one("#fold", Static).update(fold)
        some = self.walk.printed > 0
        self.query_one("#output").set_class(some, "-some")
        changed = panel.show(point)
        self.show_closer()
        if changed or some != self.printed_before:
            self.printed_before = some
            self.refresh_bindings()

    def show_closer(self) -> None:
        """What Enter would open, beside the lines where there is room for it: of the worst one until one is marked."""
        panel, at = self.query_one(Panel), self.query_one("#lines", OptionList).highlighted
        worst = min((row for row in panel.rows if row.subject is not None), key=rows.weight, default=None)
        subject = panel.subject(at) if at is not None else (worst.subject if worst else None)
        parts = closer(subject, self.user) if subject is not None else ()
        told = [Content.styled(f"{title}\n", "bold") + Content("").join([text]) for title, text in parts]
        self.query_one("#closer", Static).update(Content("\n\n").join(told))

    def on_resize(self) -> None:
        """Lines are as long as there is room."""
        super().on_resize()
        self.call_after_refresh(self.show_all)

    def tick(self) -> None:
        """The clock of what runs."""
        if self.carrying.busy:
            self.show_point()

    def show_soon(self) -> None:
        """Shows all, once for everything that comes within a moment: a run may say more than anybody reads."""
        if self.waiting is None:
            self.waiting = self.set_timer(MOMENT, self.show_now)

    def show_now(self) -> None:
        """The moment is over."""
        self.waiting = None
        self.show_all()
