"""Saving the answers to a file, and loading one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.dialogs.dialogue import Dialogue
from screens.model.form import Form
from screens.widgets.choice import Choice, Choices
from screens.widgets.field import Line
from wizard.answers.questions import BadAnswers
from wizard.base.language import _
from wizard.base.system_words import os_words
from wizard.record.own import write_private


class _File(Dialogue[bool]):
    """A path is asked for, and something done with it; what stood in the way is told below."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self.said: list[str] = []
        self.path = str(Path(form.facts.home) / f"{form.guide.id}.toml")

    @property
    def words(self) -> tuple[str, str, str]:
        """What it is, a sentence about it, and the word of the choice that does it."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The path, what is wrong, the choices."""
        title, about, does = self.words
        yield Static(Content(title), classes="heading")
        yield Static(Content(about))
        yield Line(self.path, id="path", compact=True)
        yield Static(Content("\n".join(self.said)), id="said", classes="bad")
        with Choices(classes="buttons"):
            yield Choice(does, id="do")
            yield Choice(_("Back"), id="back")

    def on_mount(self) -> None:
        """Ready for another path."""
        self.query_one(Line).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another path: what was said of the last one is over."""
        if event.value != self.path:
            self.path = event.value
            self.say()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter does it."""
        event.stop()
        self.do(self.path)

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """So does the choice."""
        if event.choice.id == "do":
            self.do(self.path)
        else:
            self.dismiss(False)

    def say(self, *lines: str) -> None:
        """What stood in the way."""
        self.said = list(lines)
        self.query_one("#said", Static).update(Content("\n".join(lines)))

    def do(self, path: str) -> None:
        """Does it."""
        raise NotImplementedError


class Save(_File):
    """Saves them, for oneself alone."""

    @property
    def words(self) -> tuple[str, str, str]:
        about = _(
            "All answers, with what they mean. The passwords are in it, so that only you may read it. "
            "`jalon apply {guide} --answers FILE` takes it."
        )
        return _("Save the answers"), about.format(guide=self.form.guide.id), _("Save")

    def do(self, path: str) -> None:
        """What is there already is replaced only when one says so twice."""
        file = Path(path).expanduser()
        replace = _("{path} is there already: Enter once more replaces it.").format(path=file)
        if file.is_dir() or not path.strip():
            self.say(_("{path} is a folder: the name of a file is wanted.").format(path=path or "."))
        elif file.exists() and self.said != [replace]:
            self.say(replace)
        else:
            try:
                write_private(file, self.form.file().encode())
            except OSError as error:
                self.say(f"{file}: {os_words(error)}", _("Nothing was saved; another path may do."))
                return
            self.app.notify(_("Saved: {path}").format(path=file.absolute()))
            self.dismiss(True)


class Load(_File):
    """Loads them."""

    @property
    def words(self) -> tuple[str, str, str]:
        return (
            _("Load answers"),
            _("A file that was saved here, or that `jalon answers {guide}` printed.").format(guide=self.form.guide.id),
            _("Load"),
        )

    def do(self, path: str) -> None:
        """All of them, or none and all that is wrong."""
        try:
            self.form.load(str(Path(path).expanduser()))
        except BadAnswers as bad:
            self.say(_("Nothing was loaded:"), *(f"  {key}: {text}" for key, text in bad.errors))
        else:
            self.dismiss(True)
