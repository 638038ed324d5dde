"""The files that Jalon generates: what each is to be, what was there before, and what became of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.model.files import CHANGES, NOW, STATES, THERE, YOURS, before, sentence, state_word, views
from screens.model.instance import Instance
from screens.model.look import COLOURS
from screens.model.point import Data
from screens.pages.page import Page
from screens.widgets.choice import Choice, Choices
from screens.widgets.differences import coloured, difference
from screens.widgets.editor import edit
from screens.widgets.keys import N_, key
from screens.widgets.listed import Listed
from screens.widgets.scroll import Scroll
from wizard.base.language import _


class Files(Page):
    """The files of one instance, as a child tells them: it may read what we may not. Secrets are masked. It opens at
    the first file of the `checkpoint`, where that has one."""

    CSS_PATH = "files.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("v", "view", N_("next side")),
        key("m", "merge", N_("edit")),
        key("a", "as_root", N_("look as root")),
        key("escape", "app.pop_screen", N_("back")),
        key("q", "app.leave", N_("leave")),
    ]

    def __init__(self, instance: Instance, checkpoint: str = "") -> None:
        super().__init__()
        self.instance, self.checkpoint = instance, checkpoint
        self.files: list[Data] = []
        self.view = NOW
        self.problem = ""
        self.asked = False

    @property
    def place(self) -> str:
        """The guide, the instance, and that these are its files."""
        page = _("Files")
        return f"{self.instance.called}  {page}"

    @property
    def help_text(self) -> str:
        """What this is for."""
        return _(
            "Every file that this guide writes, as it would be written now, with masks in place of secrets. A file "
            'that you edited is never overwritten unasked: "Do it for me" shows your changes beside Jalon\'s, and asks '
            "whether to keep, replace or merge them."
        )

    def body(self) -> ComposeResult:
        """The list, and the file that is marked."""
        with Horizontal(id="halves"):
            yield Listed(id="list")
            with Vertical(id="file"):
                yield Static(id="what")
                with Choices(id="views"):
                    yield Choice(_("As written now"), id=NOW)
                    yield Choice(_("What changes"), id=CHANGES)
                    yield Choice(_("Your changes"), id=YOURS)
                    yield Choice(_("On the disk"), id=THERE)
                with Scroll(id="text"):
                    yield Static(id="side")

    def on_mount(self) -> None:
        """Has them looked at."""
        super().on_mount()
        self.fill()
        self.query_one("#list").focus()
        self.look()

    @work(exclusive=True, group="look")
    async def look(self, root: bool = False) -> None:
        """Asks a child."""
        root = root or self.wizard.may_look_as_root(self.instance)
        answer = await self.wizard.jalon.ask("render", *self.instance.words, "--format", "json", root=root)
        self.asked = True
        if answer.data is None:
            self.problem = answer.words
        else:
            self.problem, self.files = "", list(answer.data["files"])
        if self.still_open:
            self.fill()

    @property
    def file(self) -> Data | None:
        """The file that is marked."""
        at = self.query_one("#list", OptionList).highlighted
        return self.files[at] if at is not None and at < len(self.files) else None

    def fill(self) -> None:
        """The list, with what became of each."""
        listed = self.query_one("#list", OptionList)
        of_it = (number for number, one in enumerate(self.files) if one["checkpoint"] == self.checkpoint)
        at = next(of_it, 0) if listed.highlighted is None else listed.highlighted
        listed.set_options([Option(self._line(one)) for one in self.files])
        if self.files:
            listed.highlighted = min(at, len(self.files) - 1)
        self.refresh_bindings()
        self.show()

    def _line(self, one: Data) -> Content:
        state, path = STATES[str(one["state"])], PurePosixPath(str(one["path"]))
        wide = max(len(state_word(name)) for name in STATES)
        sign = f"{self.wizard.look.sign(state):<2} {state_word(str(one['state'])):<{wide}}  "
        return Content.assemble((sign, COLOURS[state]), (path.name, "bold"), "  ", (str(path.parent), "dim"))

    def on_option_list_option_highlighted(self) -> None:
        """Shows it."""
        self.view = self.view if self.view in self.views else NOW
        self.refresh_bindings()
        self.show()

    def on_option_list_option_selected(self) -> None:
        """Its text can be scrolled."""
        self.query_one("#text").focus()

    @property
    def views(self) -> list[str]:
        """The sides that the marked file has."""
        one = self.file
        if one is None:
            return [NOW]
        return views(one)

    def show(self) -> None:
        """The side that is looked at."""
        sides, one = self.views, self.file
        for name in (NOW, CHANGES, YOURS, THERE):
            self.query_one(f"#{name}").display = one is not None and name in sides
        what, side = self.query_one("#what", Static), self.query_one("#side", Static)
        if one is None:
            waiting = _("Looking") + self.wizard.look.dots()
            what.update(Content(self.problem or (_("This guide writes no file.") if self.asked else waiting)))
            side.update("")
            return
        about = _("{path}  {owner}:{group} {mode}  ({checkpoint})")
        told = about.format(**{**one, "checkpoint": one["title"]})
        what.update(Content.assemble((told, "bold"), "\n", self._what(one)))
        side.update(self._side(one))
        self.query_one("#text").scroll_home(animate=False)

    def _side(self, one: Data) -> Content:
        if self.view == CHANGES:
            return difference(str(before(one)), str(one["now"]))
        if self.view == YOURS:
            return difference(str(one["written"]), str(one["disk"]))
        return coloured(str(one["disk" if self.view == THERE else "now"]), str(one["path"]), self.wizard.look)

    def _what(self, one: Data) -> str:
        if self.view == CHANGES:
            if one["state"] == "current":
                return _("What writing it changed: - stood there before")
            return _("What writing it would change: - stands there now")
        if self.view == YOURS:
            return _("What was changed since Jalon wrote it: + stands there now")
        if self.view == THERE:
            return _("As it stands on the disk")
        return sentence(str(one["state"]))

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """A side."""
        self.view = event.choice.id or NOW
        self.show()

    def action_view(self) -> None:
        """The next side."""
        sides = self.views
        self.view = sides[(sides.index(self.view) + 1) % len(sides)] if self.view in sides else NOW
        self.show()

    def action_merge(self) -> None:
        """Opens it in the person's editor, then looks again."""
        if self.file is None:
            return
        if wrong := edit(self.app, str(self.file["path"])):
            self.notify(wrong, severity="error", markup=False, timeout=12)
        self.look()

    @work(exclusive=True, group="root")
    async def action_as_root(self) -> None:
        """Has them looked at by root."""
        if await self.wizard.become_root(self.instance):
            self.look(root=True)

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        """What cannot be done now is not offered."""
        if not self.is_mounted:
            return True
        if action == "view":
            return len(self.views) > 1
        if action == "merge":
            return self.file is not None and self.file["state"] not in ("coming", "unknown")
        if action == "as_root":
            hidden = any(one["state"] == "unknown" for one in self.files)
            return hidden and self.instance.guide.root and not self.wizard.may_look_as_root(self.instance)
        return super().check_action(action, parameters)

    def retranslate(self) -> None:
        """All of it is said anew."""
        super().retranslate()
        self.call_after_refresh(self._again)

    def _again(self) -> None:
        self.fill()
        self.query_one("#list").focus()
