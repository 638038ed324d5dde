"""A closer look at one line of a checkpoint: the exact commands, the difference of a file, why a probe is red."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from screens.dialogs.dialogue import Dialogue
from screens.model.look import PROBES, word
from screens.model.point import Change, Data, repairs
from screens.widgets.keys import N_, key
from screens.widgets.rows import colour
from wizard.base.language import _

DIFFERENCE = {"+": "$success", "-": "$error", "@": "dim"}


def difference(text: str) -> Content:
    """A unified difference in colour; its signs say the same without."""
    lines = text.splitlines()[2:]
    return Content("\n").join([Content.styled(line, DIFFERENCE.get(line[:1], "")) for line in lines])


class Details(Dialogue[bool]):
    """Everything about a change or a probe. `y` copies the commands; gives True where what is red is to be repaired,
    which is offered where it is `repairable`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("d", "repair", N_("do it and look again")),
        key("y", "copy", N_("copy the commands")),
        key("enter", "close", N_("back")),
    ]

    def __init__(self, subject: Change | Data, user: str = "root", repairable: bool = False) -> None:
        super().__init__()
        self.subject, self.user = subject, user
        self.repairable = repairable and not isinstance(subject, Change) and repairs(subject)

    def body(self) -> ComposeResult:
        """As long as it is; it scrolls."""
        for title, text in closer(self.subject, self.user):
            if title:
                yield Static(Content(title), classes="heading")
            yield Static(text if isinstance(text, Content) else Content(text), classes="part")

    def on_mount(self) -> None:
        """The arrows scroll it."""
        box = self.query_one(".dialogue")
        box.can_focus = True
        box.focus()

    @property
    def commands(self) -> list[str]:
        """What a person can type as it stands: not what reads a file or a secret that is laid ready only then."""
        if isinstance(self.subject, Change):
            texts = [str(typed["text"]) for typed in self.subject.typed]
            return [] if any(PREPARED.search(text) for text in texts) else texts
        return list((self.subject.get("remedy") or {}).get("commands", ()))

    def action_copy(self) -> None:
        """To the terminal's clipboard, where it has one."""
        self.wizard.copy("\n".join(self.commands))

    def action_repair(self) -> None:
        """Whoever opened it carries it out."""
        self.dismiss(True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Copying needs something to copy, repairing something to repair."""
        there = {"copy": bool(self.commands), "repair": self.repairable}
        return there.get(action, True)


PREPARED = re.compile(r"\{laid\}|\$JALON_")
"""What stands in a command for what is laid ready when it is typed."""
Part = tuple[str, "str | Content"]


def closer(subject: Change | Data, user: str) -> Iterator[Part]:
    """All that is said of a line, whatever it is of."""
    return change(subject) if isinstance(subject, Change) else probe(subject, user)


def change(one: Change) -> Iterator[Part]:
    """A change: what, how a person would type it and as whom, what of a file differs."""
    yield one.title, one.step
    for user in dict.fromkeys(str(typed["user"]) for typed in one.typed):
        commands = [str(typed["text"]) for typed in one.typed if typed["user"] == user]
        text = "\n".join(commands).replace("{laid}", _("(the file below)"))
        yield _("As {user}").format(user=user), Content.styled(text, "bold")
    if one.unknown:
        yield _("Only known then"), one.unknown
    if one.difference:
        yield _("The file"), difference(one.difference)


def probe(one: Data, user: str = "root") -> Iterator[Part]:
    """A probe: what was seen, why, and what repairs it, done by that user."""
    state = PROBES.get(str(one["outcome"]), "")
    yield str(one["title"]), Content.styled(word(state) or _("not looked at yet"), colour(state))
    if one.get("evidence"):
        yield _("Seen"), str(one["evidence"])
    if one.get("because"):
        yield _("Because"), str(one["because"])
    if one.get("cause"):
        yield _("Why"), str(one["cause"]["text"])
    if one.get("remedy"):
        yield _("Remedy"), str(one["remedy"]["text"])
        if one["remedy"]["commands"]:
            yield _("As {user}").format(user=user), Content.styled("\n".join(one["remedy"]["commands"]), "bold")
