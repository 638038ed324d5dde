"""The first screen: this machine, the guides, and the instances of them that are here."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.model import machine
from screens.model.adoption import adopt, by_hand
from screens.model.instance import Instance, may_begin, opened
from screens.model.inventory import around, unanswered
from screens.model.look import COLOURS
from screens.model.progress import Found, words
from screens.pages.page import Page
from screens.widgets.choice import Choice
from screens.widgets.keys import N_, key
from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.guides.registry import guides
from wizard.host.facts import gather

if TYPE_CHECKING:
    from screens.model.form import Form


class Welcome(Page):
    """Where one begins, and comes back to."""

    CSS_PATH = "welcome.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("q", "app.leave", N_("leave")),
        key("f8", "app.language", N_("language")),
        key("c", "check", N_("look again")),
        key("n", "new", N_("new instance")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self.forms: dict[str, Form] = {}
        self.wrong: dict[str, str] = {}
        self.known = False
        self.away = True
        self.moved = False

    @property
    def place(self) -> str:
        """The beginning."""
        return _("Welcome")

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _(
            "Jalon walks you through the installation guide of a server application, step by step: "
            "it shows what is to do, does it for you or dictates it, and proves that it holds. Choose a guide to begin "
            "a new instance, or an instance that is here to see what holds of it. Looking changes nothing."
        )

    def body(self) -> ComposeResult:
        """The machine, then the guides."""
        with VerticalScroll(id="all", can_focus=False):
            yield Static(
                Content(
                    _(
                        "Jalon installs a server application with you, step by step: it does each step, or tells you "
                        "what to type, then proves that it works."
                    )
                )
            )
            yield Static(Content(_("This machine")), classes="heading")
            with Grid(id="machine"):
                for line in range(machine.LINES):
                    yield Static(id=f"sign-{line}")
                    yield Static(id=f"line-{line}")
            yield Static(id="untouched", classes="quiet")
            with Vertical(id="guides"):
                yield from self.guides()

    def guides(self) -> ComposeResult:
        """Each guide with its instances; then those that cannot be used."""
        for number, guide in enumerate(guides().values()):
            title = Content.styled(guide.title(), "bold") + Content.styled("  " + guide.summary(), "dim")
            yield Static(title, classes="guide")
            if guide.id in self.wrong:
                yield Static(Content(self.wrong[guide.id]), classes="bad")
            for at, one in enumerate(self.found):
                if one.guide == guide.id:
                    yield Choice(self.words(one), id=f"there-{at}")
            if may_begin(guide, [one.name for one in self.found if one.guide == guide.id]):
                yield Choice(_("new instance"), id=f"new-{number}")
        known = guides()
        for name, why in self.wrong.items():
            if name not in known:
                yield Static(Content.styled(name, "bold"), classes="guide")
                yield Static(Content(why), classes="bad")

    def words(self, one: Found) -> str:
        """An instance in a line."""
        return words(one, self.wizard.look)

    def on_mount(self) -> None:
        """Paints at once; all that must be looked for comes after."""
        self.query_one("#new-0", Choice).focus()
        self.set_interval(30, self.show_words)
        self.show_machine()

    def on_key(self) -> None:
        """Whoever moved is not moved elsewhere."""
        self.moved = True

    def on_screen_resume(self) -> None:
        """The first time, and whenever one comes back: what is here may have changed."""
        if self.away:
            self.away = False
            # What looks loads much: the screen is painted before.
            self.call_after_refresh(self.look_around)

    @work(exclusive=True, group="around")
    async def look_around(self) -> None:
        """The facts, the instances, and how they stand."""
        facts, found, wrong = await asyncio.to_thread(around, self.wizard.state_dir)
        self.wizard.facts = facts
        self.show_place()
        same = [(one.guide, one.name) for one in found] == [(one.guide, one.name) for one in self.found]
        for one in found:
            old = next((old for old in self.found if (old.guide, old.name) == (one.guide, one.name)), None)
            if old:
                one.seen, one.at = old.seen, old.at
        self.found, self.wrong, self.known = found, wrong, True
        self.show_machine()
        if not same or wrong:
            await self.show_guides()
        self.check()
        self.search()

    @work(exclusive=True, group="search")
    async def search(self) -> None:
        """Those that somebody installed by hand come after, for a child looks for them."""
        found = []
        for guide in guides().values():
            root = self.wizard.may_look_as_root(unanswered(guide))
            names = await by_hand(self.wizard.jalon, guide, self.wizard.state_dir, root)
            found += [Found(guide.id, name, by_hand=True) for name in names]
        if found:
            self.found = [one for one in self.found if not one.by_hand] + found
            self.show_machine()
            await self.show_guides()

    @work(exclusive=True, group="adopt")
    async def adopt(self, one: Found) -> None:
        """Takes one over, if somebody says so, and opens it."""
        guide = guides()[one.guide]
        text = _("`{name}` was installed by hand. Jalon can take it over: it keeps its answers, and changes nothing.")
        from screens.dialogs.ask import Confirm

        asked = Confirm(text.format(name=one.name), _("take it over"), _("leave it"))
        if not await self.app.push_screen_wait(asked) or not await self.wizard.become_root(unanswered(guide)):
            return
        if wrong := await adopt(self.wizard.jalon, guide, one.name, self.wizard.state_dir):
            self.notify(wrong, severity="error", timeout=12)
            return
        self.open(one)

    async def show_guides(self) -> None:
        """The guides anew; the focus stays where somebody put it."""
        at = self.focused.id if self.focused and self.moved else None
        box = self.query_one("#guides")
        await box.remove_children()
        await box.mount_all(self.guides())
        wanted = [f"#{at}"] if at else []
        first = self.found and guides()[self.found[0].guide] is next(iter(guides().values()))
        wanted += ["#there-0"] if self.found and (first or len(self.found) == 1) else []
        for name in (*wanted, "#new-0"):
            if fits := self.query(name):
                fits.first().focus()
                break
        self.call_after_refresh(self.show_top)

    def show_top(self) -> None:
        """All from the beginning, as far as the focus allows, until somebody moves: what was there before may have left
        it elsewhere."""
        if self.moved:
            return
        whole = self.query_one("#all")
        whole.scroll_home(animate=False, immediate=True)
        if self.focused:
            whole.scroll_to_widget(self.focused, animate=False, immediate=True)

    def show_machine(self) -> None:
        """The machine in a few lines."""
        facts, look = self.wizard.facts, self.wizard.look
        for number, (state, text) in enumerate(machine.lines(facts) if facts else ()):
            self.query_one(f"#sign-{number}", Static).update(Content.styled(look.sign(state), COLOURS[state]))
            self.query_one(f"#line-{number}", Static).update(Content(text))
        untouched = _("Nothing has been changed on it yet.") if self.known and not self.found else ""
        self.query_one("#untouched", Static).update(Content(untouched))

    def show_words(self) -> None:
        """What is said of the instances, again."""
        for at, one in enumerate(self.found):
            for choice in self.query(f"#there-{at}").results(Choice):
                choice.label = self.words(one)
                choice.refresh(layout=True)
        self.call_after_refresh(self.show_top)

    def check(self) -> None:
        """Looks at every instance that can be opened."""
        for one in self.found:
            if one.instance and not one.looking:
                self.verify(one, one.instance)

    def action_check(self) -> None:
        """Looks again, at what is here too."""
        self.look_around()

    @work
    async def verify(self, one: Found, instance: Instance) -> None:
        """Asks a child how an instance stands."""
        one.looking = True
        slow = self.set_timer(1.0, self.show_words)
        try:
            root = self.wizard.may_look_as_root(instance)
            answer = await self.wizard.jalon.ask("verify", *instance.words, "--format", "json", root=root)
            if isinstance(answer.data, dict):
                one.seen, one.at, one.told = answer.data, time.monotonic(), ""
            else:
                one.told = (answer.words.splitlines() or [_("it could not be looked at")])[-1]
        finally:
            one.looking = False
            slow.stop()
        self.show_words()

    def action_new(self) -> None:
        """A new instance of the guide that one is at."""
        kind, _dash, number = (self.focused.id or "" if self.focused else "").partition("-")
        known = list(guides())
        at = known.index(self.found[int(number)].guide) if kind == "there" else int(number or 0)
        if self.query(f"#new-{at}"):
            self.ask(known[at])

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """An instance, or a new one."""
        kind, _dash, number = (event.choice.id or "").partition("-")
        if kind == "there":
            one = self.found[int(number)]
            (self.adopt if one.by_hand else self.open)(one)
        else:
            self.ask(list(guides())[int(number)])

    def open(self, one: Found) -> None:
        """The route of an instance that is here."""
        try:
            instance = opened(one.guide, one.name, self.wizard.state_dir)
        except Refused as refused:
            self.notify("\n".join(refused.lines), severity="error", timeout=12)
            return
        self.away = True
        self.wizard.begin(instance)

    @work(exclusive=True, group="ask")
    async def ask(self, guide: str) -> None:
        """The questions of a guide; what was typed there before is there still."""
        from screens.model.form import Form
        from screens.pages.questions import Questions

        facts = self.wizard.facts
        if facts is None:
            facts = await asyncio.to_thread(gather)
        form = self.forms.get(guide)
        if form is None or form.begun:
            form = self.forms[guide] = Form(guides()[guide], facts, self.wizard.state_dir)
        self.away = True
        self.app.push_screen(Questions(guides()[guide], form))

    def retranslate(self) -> None:
        """All of it anew."""
        at = self.focused.id if self.focused else None
        super().retranslate()
        self.call_after_refresh(self.after_all_anew, at)

    def after_all_anew(self, at: str | None) -> None:
        """Where one was."""
        self.show_machine()
        if at and (found := self.query(f"#{at}")):
            found.first().focus()
