"""What was done to an instance, and when: from its journal, its trials, and what somebody skipped."""

from __future__ import annotations

from pathlib import Path

from textual import work

from screens.model.document import Line, done, legend, proposed
from screens.model.instance import Instance
from screens.model.walk import Walk
from screens.pages.document import Document
from wizard.base.language import _


class History(Document):
    """The log of an instance, the newest at its end, where it opens."""

    def __init__(self, instance: Instance, walk: Walk) -> None:
        super().__init__()
        self.instance, self.walk = instance, walk

    @property
    def place(self) -> str:
        """The guide, the instance, and that this is its log."""
        page = _("What was done")
        return f"{self.instance.called}  {page}"

    @property
    def help_text(self) -> str:
        """What it is for."""
        told = _(
            "What was done to this instance and when, the oldest first. It is read from the journal, by which `jalon "
            "undo` takes it all back. `/` finds words, `s` saves it as a text."
        )
        return f"{told}\n\n{legend(self.wizard.look)}"

    @property
    def proposed(self) -> Path:
        """A name that says what it is."""
        return proposed(self.instance, ".txt", _("log"))

    def on_mount(self) -> None:
        """Has it read."""
        super().on_mount()
        self.fill([Line(_("Looking") + self.wizard.look.dots())])
        self.ask()

    @work(exclusive=True, group="ask")
    async def ask(self) -> None:
        """Asks a child, which may be root."""
        root = self.wizard.may_look_as_root(self.instance)
        answer = await self.wizard.jalon.ask("report", *self.instance.words, "--format", "json", root=root)
        if not self.still_open:
            return
        if isinstance(answer.data, dict):
            self.fill(list(done(answer.data, self.walk.points, self.wizard.look)))
        else:
            self.fill([Line(line) for line in answer.words.splitlines()])
        self.to_end()

    def again(self) -> None:
        """In another language."""
        super().again()
        self.ask()
