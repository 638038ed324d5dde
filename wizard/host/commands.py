"""Readings of the output of a command that changes nothing, such as `git --version`."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.host.children import CommandResult, run_query
from wizard.host.owners import foreign_program
from wizard.host.reading import Reading, Unknown

DEADLINE = 10.0
AT_ONCE = 4


class CommandOutput(Reading[CommandResult]):
    """The result of a command, run as that user (None: the current one); it must change nothing.

    Status 127: there is no such program; 124: it did not end within ten seconds.
    """

    family: ClassVar[str] = "commands"
    nothing: ClassVar[CommandResult] = CommandResult(127, "", "not found")
    words: tuple[str, ...]
    user: str | None = None


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Run the commands, a few in parallel."""
    wanted = [reading for reading in readings if isinstance(reading, CommandOutput)]
    if len(wanted) == 1:
        return {wanted[0]: _said(wanted[0])}
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(_said, wanted), strict=True))


def _said(wanted: CommandOutput) -> CommandResult | Unknown:
    program = wanted.words[0]
    if wanted.user is not None:
        try:
            other = pwd.getpwnam(wanted.user).pw_uid != os.geteuid()
        except KeyError:
            return Unknown(
                _("{program}: there is no user {user} to ask it as").format(program=program, user=wanted.user)
            )
        if other and os.geteuid() != 0:
            text = _("{program}: only root may ask it as {user}")
            return Unknown(text.format(program=program, user=wanted.user), needs="root")
    if wanted.user in (None, "root") and (owner := foreign_program(program)):
        return Unknown(_("{program} is not run as root: it is {owner}'s").format(program=program, owner=owner.name))
    return run_query(wanted.words, user=wanted.user, deadline=DEADLINE)
