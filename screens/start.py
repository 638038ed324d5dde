"""The way in: a command goes to the command line, none opens the wizard. Textual is imported only then."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from typing import NoReturn

# By these Textual writes down all that is typed, sudo's password too.
WRITE_DOWN = ("TEXTUAL", "TEXTUAL_LOG")


def run() -> NoReturn:
    """Runs `jalon` as the program of this process, which ends with its exit status."""
    from wizard.cli import leave

    leave(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `jalon`; see `wizard.cli`."""
    from wizard.cli import main as command

    return command(arguments, wizard)


def wizard(words: Namespace) -> int:
    """The screens; or the same walk as plain questions, where they cannot be drawn or are not wanted."""
    for name in WRITE_DOWN:
        os.environ.pop(name, None)
    from screens.model.look import look, plain
    from wizard.base.language import set_language

    language = set_language(words.lang)
    if words.plain or plain():
        from screens.plain import run as run_plain

        run_plain(language)
        return 0
    from screens.app import run

    return run(language, look())
