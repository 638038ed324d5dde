"""When it is red: what was seen, why, what repairs it, and every way to go on. Never a dead end."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.dialogs.details import probe
from screens.dialogs.dialogue import Dialogue
from screens.model.point import Data, Point
from screens.widgets.choice import Choice, Choices
from wizard.base.language import _

REPAIR, RETRY, TYPE, SKIP, ON, OUTPUT = "repair", "retry", "type", "skip", "on", "output"


class Failure(Dialogue[str]):
    """What stopped a checkpoint. Its answer is what to do next."""

    def __init__(self, point: Point, failure: Data | None, tail: list[str], user: str = "root") -> None:
        super().__init__()
        self.point, self.failure, self.tail, self.user = point, failure, tail, user

    def body(self) -> ComposeResult:
        """The words first, then the ways, then the lines that a helper would ask for."""
        title = _("{title}: failed").format(title=self.point.title)
        yield Static(Content(title), classes="heading bad")
        if self.failure:
            yield Static(Content(str(self.failure["text"])))
            if self.failure.get("remedy"):
                yield Static(Content(_("What to do: {text}").format(text=self.failure["remedy"])))
        for one in self.point.red:
            for head, text in probe(one, self.user):
                yield Static(Content.styled(head, "bold"), classes="part")
                yield Static(text if isinstance(text, Content) else Content(text), classes="indented")
        with Choices(classes="buttons"):
            if self.point.repairable:
                yield Choice(_("Do it and look again"), id=REPAIR)
            else:
                yield Choice(_("Do it and look again") if self.point.changes else _("Try again"), id=RETRY)
            yield Choice(_("I'll type it"), id=TYPE)
            yield Choice(_("Skip, with a reason"), id=SKIP)
        with Choices():
            yield Choice(_("Go on looking"), id=ON)
            yield Choice(_("Whole output"), id=OUTPUT)
        lines = list((self.failure or {}).get("output", ())) or self.tail
        if lines:
            yield Static(Content(_("The last lines")), classes="heading")
            yield Static(Content("\n".join(lines[-15:])), classes="quiet")

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """The answer."""
        self.dismiss(event.choice.id or ON)
