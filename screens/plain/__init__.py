"""The walk as plain questions and answers, where screens cannot be drawn: no colour, nothing that moves."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from screens.model.children import Jalon
from screens.model.instance import forget, forget_left_behind, private_folder
from screens.plain.terminal import Left, Terminal
from wizard.base.language import _
from wizard.guides.registry import options


def run(language: str, state_dir: str = "") -> None:
    """Walks until it is left; Ctrl-C goes on as `KeyboardInterrupt` once that is said.

    `state_dir` is where states are kept, if not as usual.
    """
    terminal = Terminal()
    forget_left_behind()
    folder = private_folder()
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        # Not the interpreter's own, in whose place asyncio puts one that no question at a prompt would notice.
        signal.signal(signal.SIGINT, _interrupted)
        signal.signal(signal.SIGTERM, _ended)
        signal.signal(signal.SIGHUP, _ended)
        program = (str(Path(sys.argv[0]).absolute()), *options())
        asyncio.run(_walk(terminal, Jalon(program, language), folder, state_dir))
    except Left:
        terminal.say(_("Left. What is done stays done; start again to go on from there."))
    except KeyboardInterrupt:
        terminal.say("")
        terminal.say(_("Left. What is done stays done; start again to go on from there."))
        raise
    finally:
        forget(folder)
        for number, handler in before.items():
            signal.signal(number, handler)


async def _walk(terminal: Terminal, jalon: Jalon, folder: Path, state_dir: str) -> None:
    from screens.plain.welcome import Welcome

    await Welcome(terminal, jalon, folder, state_dir).walk()


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _ended(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
