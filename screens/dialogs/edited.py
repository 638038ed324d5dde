"""What a person is asked about a file that they edited: their own changes, Jalon's, and what to do with both."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.dialogs.dialogue import Dialogue
from screens.model.instance import Instance
from screens.model.point import Data
from screens.widgets.choice import Choice, Choices
from screens.widgets.differences import coloured, difference
from screens.widgets.editor import edit
from screens.widgets.keys import N_, Keys, key
from screens.widgets.scroll import Scroll
from wizard.base.language import _

YOURS, OURS, THERE = "yours", "ours", "there"


class Edited(Dialogue[str]):
    """Gives "replace" or "keep"; Escape keeps. `question` is the event of `apply --format json` that asks."""

    CSS_PATH = "edited.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("k", "answer('keep')", N_("keep")),
        key("r", "answer('replace')", N_("replace")),
        key("m", "merge", N_("merge by hand")),
        key("v", "view", N_("next side")),
    ]

    def __init__(self, question: Data, instance: Instance) -> None:
        super().__init__()
        self.question = question
        self.instance = instance
        self.view = YOURS

    @property
    def sides(self) -> dict[str, Any]:
        """The three sides."""
        return dict(self.question["sides"])

    @property
    def removes(self) -> bool:
        """Whether the file would go, as an undo has it."""
        return self.sides["now"] is None

    def compose(self) -> ComposeResult:
        """The question, one of its sides, the answers; the side alone scrolls."""
        with VerticalScroll(classes="dialogue", can_focus=False):
            yield Static(Content(str(self.question["text"])), classes="heading")
            with Choices(id="views"):
                yield Choice(_("Your changes"), id=YOURS)
                if not self.removes:
                    yield Choice(_("Jalon's changes"), id=OURS)
                yield Choice(_("The file as it is"), id=THERE)
            yield Static(id="what", classes="quiet")
            with Scroll(id="text"):
                yield Static(id="side")
            with Choices(classes="buttons"):
                yield Choice(_("Keep mine"), id="keep")
                yield Choice(_("Remove it") if self.removes else _("Replace it"), id="replace")
                if not self.removes:
                    yield Choice(_("Merge by hand"), id="merge")
        yield Keys()

    def on_mount(self) -> None:
        """The harmless answer is the first."""
        self.show()
        self.query_one("#keep").focus()

    def show(self) -> None:
        """The side that is looked at."""
        what, text = self.side()
        self.query_one("#what", Static).update(Content(what))
        self.query_one("#side", Static).update(text)
        self.query_one("#text").scroll_home(animate=False)

    def side(self) -> tuple[str, Content]:
        """What that side is, and its text."""
        written, disk, now = (self.sides[name] for name in ("written", "disk", "now"))
        unread = Content(_("Only root may read it."))
        if self.view == THERE:
            shown = unread if disk is None else coloured(disk, str(self.question["path"]), self.wizard.look)
            return _("The file as it stands on the disk"), shown
        if self.view == OURS:
            what = _("What replacing would change: - is yours and would go, + would come")
            return what, unread if disk is None else difference(disk, now)
        what = _("What you changed since Jalon wrote it: + is yours")
        if written is None:
            return what, Content(_("What Jalon wrote last is not known: it was there before, or written long ago."))
        return what, unread if disk is None else difference(written, disk)

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """A side, or an answer."""
        name = event.choice.id or ""
        if name in (YOURS, OURS, THERE):
            self.view = name
            self.show()
        elif name == "merge":
            self.action_merge()
        else:
            self.dismiss(name)

    def action_view(self) -> None:
        """The next side."""
        views = [YOURS, THERE] if self.removes else [YOURS, OURS, THERE]
        self.view = views[(views.index(self.view) + 1) % len(views)]
        self.show()

    def action_answer(self, answer: str) -> None:
        """That one."""
        self.dismiss(answer)

    def action_merge(self) -> None:
        """Opens it in the person's editor; what they leave there is kept."""
        if wrong := edit(self.app, str(self.question["path"])):
            self.notify(wrong, severity="error", markup=False, timeout=12)
        else:
            self.dismiss("keep")

    def action_close(self) -> None:
        """What is edited is not lost by leaving."""
        self.dismiss("keep")

    def retranslate(self) -> None:
        """The side is told anew."""
        super().retranslate()
        self.call_after_refresh(self.on_mount)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is removed is not merged with anything."""
        if action == "merge":
            return not self.removes
        return super().check_action(action, parameters)
