"""Saving to a file that the person names; one that is there is replaced only where the person says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from screens.plain.terminal import Terminal
from wizard.base.language import _
from wizard.base.system_words import os_words


def save(terminal: Terminal, named: str, write: Callable[[Path], object]) -> None:
    """Has that file written, and says where it is or why not."""
    file = Path(named).expanduser()
    if file.exists() and not file.is_dir():
        terminal.say(_("{path} is there already.").format(path=file))
        if terminal.choose([_("replace it"), _("keep it as it is")], 2) == 2:
            return
    try:
        write(file)
    except OSError as error:
        terminal.say(f"{file}: {os_words(error)}")
    else:
        terminal.say(_("Saved: {path}").format(path=file.absolute()))
