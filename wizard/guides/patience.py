"""A limit on how long code may run that may not end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


class Endless(BaseException):
    """The time is over. No `except Exception` on the way catches it."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raises `Endless` in what runs inside after so many seconds, and again each second until it ends. In another
    thread than the first, where signals do not arrive, there is no limit."""
    if current_thread() is not main_thread():
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 1)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
