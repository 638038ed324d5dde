"""`jalon plan --lay`: prepares generated files and shell functions for a person who types the commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from wizard.answers.questions import Answers
from wizard.base.rendering import Rendered, shell_word
from wizard.changes.change import Typed
from wizard.commands.prepared_folder import SHELL, make_private
from wizard.record.own import read_own, write_private
from wizard.walk.plan import PlannedStep

LONGEST = 100

Lines = dict[int, str]
"""The line to type into a shell that has sourced the helper, by the `id()` of the `Typed`."""


def prepare(folder: Path, steps: Sequence[PlannedStep], answers: Answers, user: str) -> Lines:
    """Writes the files (0600) and the helper into `folder` (0700); returns the lines for `user` to type.

    Raises `NotWritable` where others may enter the folder."""
    make_private(folder)
    secrets = {secret.variable: secret.reveal() for secret in answers.secrets}
    helper = Rendered("outputs/shell.sh", {"secrets": secrets})
    _write(folder / SHELL, helper.render())
    names = {SHELL: ""}
    return {id(typed): _line(typed, folder / _name(subject, names), user) for subject, typed in _typed(steps)}


def _typed(steps: Sequence[PlannedStep]) -> Iterator[tuple[str, Typed]]:
    for step in steps:
        for planned in step.changes:
            for typed in planned.typed:
                yield planned.change.subject, typed


def _name(subject: str, names: dict[str, str]) -> str:
    """A unique file name for that subject that is easy to type; `names` are those taken."""
    plain = name = re.sub(r"[^A-Za-z0-9._-]+", "-", "/".join(subject.split("/")[-2:])).strip(".-")[-LONGEST:] or "file"
    number = 1
    while names.setdefault(name, subject) != subject:
        number += 1
        name = f"{plain}-{number}"
    return name


def _line(typed: Typed, place: Path, user: str) -> str:
    words = typed.text
    if typed.lays is not None:
        _write(place, typed.lays.render())
        words = typed.fed(shell_word(str(place)), user)
    names = [secret.variable for secret in typed.secrets]
    if typed.user == user == "root":
        return words
    if typed.user == user:
        # In a subshell, so that `cd` and exports do not affect the lines after it.
        return "(" + "; ".join([*([f"export {' '.join(names)}"] if names else []), words]) + ")"
    handed = [f"<{shell_word(str(place))}"] if typed.lays is not None else []
    return " ".join(["as", typed.user, shell_word(words), *names, *handed])


def _write(place: Path, data: bytes) -> None:
    try:
        if read_own(place) == data:
            return
    except OSError:
        pass
    write_private(place, data)
