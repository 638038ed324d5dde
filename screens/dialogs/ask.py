"""Small questions: yes or no, whether a remedy is carried out, and the reason for skipping something."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from screens.dialogs.dialogue import Dialogue
from screens.model.point import Data
from screens.widgets.choice import Choice, Choices
from screens.widgets.field import Line
from wizard.base.language import _


class Confirm(Dialogue[bool]):
    """A question; what it does is not done unless somebody says so."""

    def __init__(self, text: str, yes: str, no: str) -> None:
        super().__init__()
        self.text, self.yes, self.no = text, yes, no

    def body(self) -> ComposeResult:
        """The question and its two answers, the harmless one first."""
        yield Static(Content(self.text))
        with Choices(classes="buttons"):
            yield Choice(self.no, id="no")
            yield Choice(self.yes, id="yes")

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """The answer."""
        self.dismiss(event.choice.id == "yes")


class Offered(Dialogue[bool]):
    """A remedy that is not carried out unless the person agrees; `offer` is the event of `fix --format json`."""

    def __init__(self, offer: Data) -> None:
        super().__init__()
        self.offer = offer

    def body(self) -> ComposeResult:
        """What is red, what would be done about it, the exact commands; the harmless answer first."""
        yield Static(Content(str(self.offer["title"])), classes="heading bad")
        yield Static(Content(str(self.offer["text"])))
        yield Static(Content.styled("\n".join(self.offer["commands"]), "bold"), classes="indented part")
        with Choices(classes="buttons"):
            yield Choice(_("Leave it as it is"), id="no")
            yield Choice(_("Do it"), id="yes")

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """The answer."""
        self.dismiss(event.choice.id == "yes")


class Reason(Dialogue[str]):
    """Why a checkpoint is skipped; the report keeps it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.what = title

    DEFAULT_CSS = "Reason Line { background: $boost; margin: 1 0; }"

    def body(self) -> ComposeResult:
        """The field."""
        yield Static(Content(_("Why is {title} skipped? The report keeps the reason.").format(title=self.what)))
        yield Line(id="reason", compact=True)
        yield Static(Content(_("Enter skips it, Escape goes back.")), classes="quiet")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A reason, not nothing."""
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.notify(_("A few words, please: somebody will wonder."))
