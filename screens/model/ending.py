"""The end of the wizard when its terminal is gone, or a signal ends it, whatever its own loop does then.

Textual goes on when its terminal is gone: its input ends again and again, which takes a whole core, and its output
waits for ever for a thread that has died. A signal that the loop is to handle is then not handled either. So this is
watched from a thread of its own.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable
from types import FrameType

PATIENCE = 1.2
"""Seconds within which the application ends in order, before it is ended. Two are promised, with the interpreter's."""
SIGNALS = (signal.SIGHUP, signal.SIGTERM)


class Ending:
    """Watches from `watch` to `over`. `leave` tells the application to end, from another thread; `tidy` removes what it
    leaves, where it did not end in time."""

    def __init__(
        self,
        leave: Callable[[], None],
        tidy: Callable[[], None],
        terminals: tuple[int, ...] = (0, 2),
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._leave, self._tidy, self._end = leave, tidy, end
        self._terminals = [one for one in terminals if os.isatty(one)]
        self._over = threading.Event()
        self._asked, self._ask = os.pipe()
        self._thread = threading.Thread(target=self._wait, name="ending", daemon=True)

    def watch(self) -> None:
        """Begins, in the main thread."""
        for number in SIGNALS:
            signal.signal(number, self._signalled)
        self._thread.start()

    def over(self) -> None:
        """The application has ended by itself."""
        self._over.set()
        os.write(self._ask, b".")
        self._thread.join()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        os.write(self._ask, b".")

    def _wait(self) -> None:
        watched = select.poll()
        watched.register(self._asked, select.POLLIN)
        for terminal in self._terminals:
            # Asked for nothing, the kernel tells of the terminal's end alone.
            watched.register(terminal, 0)
        watched.poll()
        if self._over.is_set():
            return
        self._leave()
        if not self._over.wait(PATIENCE):
            self._tidy()
            self._end(0)
