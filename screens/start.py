"""The way in: a command goes to the command line, none opens the wizard. Textual is imported only then."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from typing import NoReturn

# By these Textual writes down all that is typed, sudo's password too.
WRITE_DOWN = ("TEXTUAL", "TEXTUAL_LOG")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `jalon`; see `wizard.cli`."""
    from wizard.cli import main as command

    return command(arguments, wizard)


def leave(status: int) -> NoReturn:
    """End this process with that status. Python would take all of its modules apart first, which takes a fourteenth of
    a verification and frees nothing that the kernel does not; it does where something is still to be waited for."""
    waited_for = [one for one in threading.enumerate() if one is not threading.main_thread() and not one.daemon]
    if "textual" not in sys.modules and not waited_for:
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):  # Python says so in its own way.
            sys.exit(status)
        os._exit(status)
    sys.exit(status)


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
