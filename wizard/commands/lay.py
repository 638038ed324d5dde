"""What a person who types the rest finds ready: the generated files, and a helper for their shell, for nobody else."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from wizard.answers import Answers
from wizard.changes.change import Typed
from wizard.language import _
from wizard.rendering import Rendered, shell_word
from wizard.state import write_private
from wizard.status import CANNOT_WRITE, Stop
from wizard.walk.plan import PlannedStep

SHELL = "shell"

Lines = dict[int, str]
"""By the identity of a typed form: the line as it is typed into the shell that has read the helper."""


def lay(folder: Path, steps: Sequence[PlannedStep], answers: Answers, user: str) -> Lines:
    """Writes the files, 0600, and the helper into `folder`, 0700; returns the lines for `user` to type."""
    _make(folder)
    secrets = {secret.variable: secret.reveal() for secret in answers.secrets}
    helper = Rendered("outputs/shell.sh", {"secrets": secrets})
    _write(folder / SHELL, helper.whole())
    typed = list(_typed(steps))
    names = _names({subject for subject, one in typed if one.lays is not None})
    return {id(one): _line(one, folder / names.get(subject, SHELL), user) for subject, one in typed}


def _typed(steps: Sequence[PlannedStep]) -> Iterator[tuple[str, Typed]]:
    for step in steps:
        for planned in step.changes:
            for typed in planned.typed:
                yield planned.change.subject, typed


def _names(paths: set[str]) -> dict[str, str]:
    """A name for each file that is laid ready: short, for people type it, and no two alike."""
    short = {path: "-".join(path.split("/")[-2:]) for path in paths}
    count = Counter(short.values())
    return {path: name if count[name] == 1 else path.strip("/").replace("/", "-") for path, name in short.items()}


def _line(typed: Typed, place: Path, user: str) -> str:
    words = typed.text
    if typed.lays is not None:
        _write(place, typed.lays.whole())
        words = words.replace("{laid}", shell_word(str(place)))
    names = [secret.variable for secret in typed.secrets]
    if typed.user == user == "root":
        return words
    if typed.user == user:
        # In a shell of its own: where it goes, and what it exports, are not for the lines after it.
        return "(" + "; ".join([*([f"export {' '.join(names)}"] if names else []), words]) + ")"
    return " ".join(["as", typed.user, shell_word(words), *names])


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    entry = folder.lstat()
    if entry.st_uid != os.geteuid() or folder.is_symlink() or entry.st_mode & 0o077:
        text = _("{path} is not a folder of ours alone: secrets are not laid there").format(path=folder)
        raise Stop(CANNOT_WRITE, text, _("name another one, or none that is there already"))


def _write(place: Path, data: bytes) -> None:
    try:
        if place.read_bytes() == data:
            return
    except OSError:
        pass
    write_private(place, data)
