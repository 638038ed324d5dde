"""`jalon plan --lay`: prepares generated files, and scripts of what is too long, for who types the commands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from wizard.answers.questions import Answers
from wizard.base.rendering import Rendered, shell_word
from wizard.base.visible import json_text, one_line
from wizard.changes.change import Change, Typed
from wizard.commands.prepared_folder import SHELL, make_private
from wizard.record.own import read_own, write_private
from wizard.walk.plan import PlannedStep

LONGEST = 100
WIDEST = 72
"""Columns of a line that a person types at a console of eighty."""
EASY = re.compile(r"[A-Za-z0-9 _./:=@,+'-]+")
"""What every keyboard has where it is looked for, and a person types without a doubt."""
INDEX = "index"

Lines = dict[int, str]
"""The line to type, by the `id()` of the `Typed`, into a shell whose umask is 022."""


def prepare(folder: Path, steps: Sequence[PlannedStep], answers: Answers, user: str) -> Lines:
    """Writes the files (0600) and the scripts into `folder` (0700); returns the lines for `user` to type: the command
    itself where that is easily typed, `sh SCRIPT` otherwise.

    Raises `NotWritable` where others may enter the folder."""
    make_private(folder)
    secrets = {secret.variable: secret.reveal() for secret in answers.secrets}
    helper = Rendered("outputs/shell.sh", {"secrets": secrets})
    _write(folder / SHELL, helper.render())
    names = {SHELL: "", INDEX: ""}
    scripts = _Scripts(folder)
    lines = {
        id(typed): _dictated(typed, change, folder / _name(change.subject, names), user, scripts)
        for change, typed in _typed(steps)
    }
    scripts.keep()
    return lines


class _Scripts:
    """The scripts in a folder, numbered as they were first laid: none is called otherwise while it is typed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: list[str] = []
        self._known: list[str] = []
        with suppress(OSError, ValueError):
            self._known = json.loads(read_own(folder / INDEX))

    def lay(self, change: Change, words: str) -> str:
        """Lays one, and returns how it is typed."""
        same = f"{change.kind} {change.subject} "
        key = same + str(sum(one.startswith(same) for one in self._used))
        self._used.append(key)
        if key not in self._known:
            self._known.append(key)
        word = re.match("[A-Z]?[a-z]+", change.kind)
        place = self._folder / f"{self._known.index(key) + 1:02}-{word[0].lower() if word else 'change'}"
        text = f"# {one_line(change.title)}\n. {shell_word(str(self._folder / SHELL))}\n{words}\n"
        _write(place, text.encode())
        return f"sh {shell_word(str(place))}"

    def keep(self) -> None:
        """Keeps the numbers."""
        _write(self._folder / INDEX, json_text(self._known).encode())


def _dictated(typed: Typed, change: Change, place: Path, user: str, scripts: _Scripts) -> str:
    words = _line(typed, place, user)
    plain = typed.user == user and typed.lays is None and not typed.secrets and not typed.text.startswith("cd ")
    if plain and len(typed.text) <= WIDEST and EASY.fullmatch(typed.text):
        return typed.text
    return scripts.lay(change, words)


def _typed(steps: Sequence[PlannedStep]) -> Iterator[tuple[Change, Typed]]:
    for step in steps:
        for planned in step.changes:
            for typed in planned.typed:
                yield planned.change, typed


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
