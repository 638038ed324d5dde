"""sudo's password, asked for in a dialogue; a wrong one is told in sudo's own words, and what else can be done."""

from __future__ import annotations

import getpass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.dialogs.dialogue import Dialogue
from screens.model.sudo import Refusal, Sudo, garbled, otherwise
from screens.widgets.choice import Choice, Choices
from screens.widgets.field import Hidden
from screens.widgets.keys import N_, key
from wizard.base.language import _


class Password(Dialogue[bool]):
    """Asks until sudo takes one, or until it is left: then nothing is done as root."""

    CSS_PATH = "password.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "unlock", N_("go on"))]

    def __init__(self, sudo: Sudo) -> None:
        super().__init__()
        self.sudo = sudo
        self.refusal: Refusal | None = None
        self.asking = False

    def body(self) -> ComposeResult:
        """Why, the field, what was wrong with the last one."""
        yield Static(Content(_("Root is needed")), classes="heading")
        why = _(
            "What this guide installs, files below /etc, packages, users and services, is changed by a `jalon` of its "
            "own that sudo starts as root. The screens themselves go on as you."
        )
        yield Static(Content(why))
        yield Static(Content(self.question), id="asked")
        yield Hidden(id="password", compact=True)
        yield Static(id="wrong", classes="bad")
        yield Static(id="next")
        with Choices(classes="buttons"):
            yield Choice(_("Go on"), id="go")
            yield Choice(_("Back"), id="back")

    @property
    def user(self) -> str:
        """Whose password it is: ours, unless sudo asked for that of somebody else."""
        if self.refusal and self.refusal.account:
            return self.refusal.account
        facts = self.wizard.facts
        return facts.user if facts else getpass.getuser()

    @property
    def question(self) -> str:
        """What is asked for."""
        return _("Password of {user}, for sudo:").format(user=self.user)

    def on_mount(self) -> None:
        """Ready to be typed into."""
        self.query_one(Hidden).focus()
        self.tell()

    def tell(self) -> None:
        """What is wrong, or that it is being asked."""
        wrong = following = ""
        if self.asking:
            wrong = _("sudo is asked") + self.wizard.look.dots()
        elif self.refusal:
            wrong, following = self.refusal.words, otherwise(self.wizard.jalon.program[0], self.refusal.again)
        self.query_one("#wrong", Static).update(Content(wrong))
        self.query_one("#next", Static).update(Content(following))
        self.query_one("#next").display = bool(following)
        self.query_one("#asked", Static).update(Content(self.question))
        if following:
            # Where the screen is low, what is new is at the box's end.
            self.call_after_refresh(self.query_one(".dialogue").scroll_end, animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_unlock()

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """One of the two."""
        if event.choice.id == "go":
            self.action_unlock()
        else:
            self.action_close()

    def action_unlock(self) -> None:
        """Asks sudo."""
        if not self.asking:
            self.ask()

    @work(exclusive=True)
    async def ask(self) -> None:
        """Asks sudo, which takes its time over a wrong one. What is in the field is gone from there at once; it is no
        argument, for Textual writes down those of a worker."""
        field = self.query_one(Hidden)
        password, field.value = field.value, ""
        self.asking = True
        slow = self.set_timer(0.8, self.tell)
        try:
            self.refusal = garbled(password) or await self.sudo.unlock(password)
        finally:
            self.asking = False
            slow.stop()
        if self.refusal is None:
            self.dismiss(True)
            return
        self.query_one(Hidden).focus()
        self.tell()

    def action_close(self) -> None:
        """Not now."""
        self.dismiss(False)

    def retranslate(self) -> None:
        """What was wrong stays told."""
        super().retranslate()
        self.call_after_refresh(self.on_mount)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A choice that is focused takes Enter for itself."""
        if action == "unlock":
            return not isinstance(self.focused, Choice)
        return super().check_action(action, parameters)
