"""The first account and its password, shown when they are asked for and gone when this is closed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from screens.dialogs.dialogue import Dialogue
from screens.model.instance import Instance
from screens.widgets.choice import Choice, Choices
from screens.widgets.keys import N_, key
from wizard.base.language import _
from wizard.base.rendering import shell_word


class Account(Dialogue[None]):
    """The account; `file` is where its password lies, for whoever may not know it here."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter,p", "close", N_("back"), show=False)]

    def __init__(self, instance: Instance, file: str) -> None:
        super().__init__()
        self.instance = instance
        self.file = file

    def body(self) -> ComposeResult:
        """The name, and the password or where it is."""
        arrival, password = self.instance.arrival, self.instance.password
        yield Static(Content(_("First account")), classes="heading")
        yield Static(Content.assemble(_("Name:") + " ", (arrival.account, "bold")))
        if password:
            yield Static(Content.assemble(_("Password:") + " ", (password, "bold")), id="password")
            yield Static(
                Content(_("Change it after the first login. It stands in no report and no log.")), classes="quiet"
            )
        elif self.file:
            yield Static(Content(_("Its password lies in a file that only root may read. This shows it:")))
            yield Static(
                Content.styled(f"sudo grep ^{arrival.account_secret} {shell_word(self.file)}", "bold"), id="where"
            )
        else:
            yield Static(Content(_("Its password is not known here.")))
        with Choices(classes="buttons"):
            yield Choice(_("Back"), id="back")

    def on_choice_pressed(self) -> None:
        """Closes it."""
        self.action_close()
