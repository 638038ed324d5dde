"""The whole plan on one page, before anything is begun: every change, its commands and as whom, its difference."""

from __future__ import annotations

from pathlib import Path

from screens.model.document import Line, plan, proposed
from screens.model.instance import Instance
from screens.model.walk import Walk
from screens.pages.document import Document
from wizard.base.language import _

LOOKS = 0.3
"""Seconds from one look to the next, whether it is planned."""


class WholePlan(Document):
    """What is left to do at every checkpoint. It is the plan that the route shows, with nothing folded away."""

    tells_changes = True

    def __init__(self, instance: Instance, walk: Walk) -> None:
        super().__init__()
        self.instance, self.walk = instance, walk

    @property
    def place(self) -> str:
        """The guide, the instance, and that this is the whole plan."""
        page = _("The whole plan")
        return f"{self.instance.called}  {page}"

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _(
            "Everything that would be done, in order: each change, the commands that a person would type for it and as "
            "whom, the difference of each file, with masks in place of secrets. What is in place already is left out, "
            "and nothing is begun. `/` finds words, `n` and `p` go from one place to the next, `s` saves it as a text."
        )

    @property
    def proposed(self) -> Path:
        """A name that says what it is."""
        return proposed(self.instance, ".txt", _("plan"))

    def on_mount(self) -> None:
        """What was planned last; what is planned at this moment, once that is done."""
        super().on_mount()
        self.fill(self._planned())
        if not self.walk.planned_once:
            self._waiting = self.set_interval(LOOKS, self._look)

    def _look(self) -> None:
        if self.walk.planned_once:
            self._waiting.stop()
            self.fill(self._planned())
            self.refresh_bindings()

    def _planned(self) -> list[Line]:
        return list(plan(self.walk.points, self.walk.planned_once))

    def again(self) -> None:
        """In another language, as far as it is known in it."""
        self.lines = self._planned()
        super().again()
