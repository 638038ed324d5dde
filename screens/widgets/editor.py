"""A person's own editor, for a file that is to be merged by hand."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from textual.app import App, SuspendNotSupported

from wizard.base.language import _
from wizard.base.system_words import os_words

FALLBACKS = ("sensible-editor", "editor", "nano", "vim", "vi")


def editor(env: Mapping[str, str] | None = None) -> list[str]:
    """The words that start it: as the person said, or what there is; none where there is none."""
    env = os.environ if env is None else env
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(env.get(name, ""))
        except ValueError:
            words = []
        if words and shutil.which(words[0]):
            return words
    return next(([name] for name in FALLBACKS if shutil.which(name)), [])


def command(path: str, env: Mapping[str, str] | None = None) -> list[str]:
    """What edits that file: by sudo where it is not ours, which edits a copy as us and puts it back as root."""
    if os.geteuid() != 0 and not os.access(path, os.W_OK):
        return ["sudoedit", "--", path] if shutil.which("sudoedit") else []
    words = editor(env)
    return [*words, path] if words else []


def edit(app: App[Any], path: str) -> str:
    """Edits it in place of the screens, until the editor ends; returns what went wrong, or nothing."""
    words = command(path)
    if not words:
        return _("There is no editor here. Change {path} in another terminal, then go on.").format(path=path)
    try:
        with app.suspend():
            status = subprocess.run(words, check=False).returncode
    except SuspendNotSupported:
        return _("This terminal cannot be handed to an editor. Change {path} in another one.").format(path=path)
    except OSError as error:
        return f"{words[0]}: {os_words(error)}"
    return _("{name} ended with status {status}").format(name=words[0], status=status) if status else ""
