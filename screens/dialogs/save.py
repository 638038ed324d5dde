"""Where to save the report, and as what: the ending of the file says it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.dialogs.dialogue import Dialogue
from screens.widgets.choice import Choice, Choices
from screens.widgets.keys import N_, key
from wizard.base.language import _


class Save(Dialogue[str]):
    """Asks for a path; gives it, or "" where nothing is to be saved. `names` are the formats by the ending that says
    them."""

    CSS_PATH = "save.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "save", N_("save"))]

    def __init__(self, path: Path, title: str, names: Mapping[str, str]) -> None:
        super().__init__()
        self.path, self.what, self.names = str(path), title, names
        self.wrong = ""
        self.warned = ""

    def body(self) -> ComposeResult:
        """The path, the formats, what is wrong with it."""
        yield Static(Content(self.what), classes="heading")
        yield Static(Content(_("File; its ending says the format:")))
        yield Input(self.path, id="path", compact=True, select_on_focus=False)
        with Choices(classes="buttons"):
            for ending, name in self.names.items():
                yield Choice(name, id=f"as-{ending[1:]}")
        yield Static(Content(self.wrong), id="wrong", classes="bad")
        with Choices(classes="buttons"):
            yield Choice(_("Save"), id="save")
            yield Choice(_("Back"), id="back")

    def on_mount(self) -> None:
        """Ready to be typed into."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keeps it, should the language change."""
        self.path = event.value
        self.tell("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_save()

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """A format, or one of the two."""
        name = event.choice.id or ""
        if name.startswith("as-"):
            path = Path(self.path)
            stem = path.with_suffix("") if path.suffix.lower() in self.names else path
            self.query_one(Input).value = f"{stem}.{name.removeprefix('as-')}"
        elif name == "save":
            self.action_save()
        else:
            self.action_close()

    def action_save(self) -> None:
        """Gives the path, where something can be written there."""
        path = Path(self.path.strip()).expanduser().absolute()
        if path.suffix.lower() not in self.names:
            self.tell(_("The name must end in one of: {endings}").format(endings=", ".join(self.names)))
        elif path.is_dir() or not path.parent.is_dir():
            self.tell(_("{path} is no folder that is there").format(path=path.parent))
        elif not os.access(path if path.exists() else path.parent, os.W_OK):
            self.tell(_("You may not write {path}").format(path=path))
        elif path.exists() and self.warned != str(path):
            self.warned = str(path)
            self.tell(_("{path} is there already: once more replaces it").format(path=path))
        else:
            self.dismiss(str(path))

    def tell(self, text: str) -> None:
        """What is wrong."""
        self.wrong = text
        self.query_one("#wrong", Static).update(Content(text))

    def action_close(self) -> None:
        """Nothing is saved."""
        self.dismiss("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A choice that is focused takes Enter for itself."""
        if action == "save":
            return not isinstance(self.focused, Choice)
        return super().check_action(action, parameters)
