"""A program in a terminal of its own: what it says is waited for, what a person types is sent."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType


class Terminal:
    """One program under a pseudo-terminal of so many columns and lines; ended with its `with` block."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        size: tuple[int, int] = (80, 24),
    ) -> None:
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:  # pragma: no cover - the program itself
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.chdir(cwd)
            os.execve(argv[0], list(argv), dict(env))
        self.said = ""
        self._seen = 0
        self._status: int | None = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # As where a window is closed: it is told, and ends by itself.
        os.close(self._descriptor)
        if self._status is None:
            for _patience in range(200):
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
                time.sleep(0.05)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def expect(self, pattern: str, patience: float = 300) -> str:
        """Waits until it says that, after what was waited for before; returns what came up to there."""
        until = time.monotonic() + patience
        while not (found := re.compile(pattern).search(self.said, self._seen)):
            assert self._read(until - time.monotonic()), f"no {pattern!r} in:\n{self.said[self._seen :]}"
        before = self.said[self._seen : found.end()]
        self._seen = found.end()
        return before

    def type(self, text: str = "", end: str = "\n") -> None:
        """Types a line; a byte that is no letter stands in it as Python escapes it."""
        os.write(self._descriptor, (text + end).encode(errors="surrogateescape"))

    def wait(self, seconds: float) -> None:
        """Lets it go on for so long."""
        self._read(seconds)

    def ends(self, patience: float = 300) -> int:
        """Its exit status, once it has ended."""
        until = time.monotonic() + patience
        while self._read(until - time.monotonic()):
            pass
        while self._status is None and time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            else:
                time.sleep(0.02)
        assert self._status is not None, f"it does not end:\n{self.said[self._seen :]}"
        return self._status

    @property
    def lines(self) -> list[str]:
        """Everything said so far, a line each."""
        return self.said.split("\n")

    def _read(self, patience: float) -> bool:
        """Takes what it says next; False where it has ended or says nothing for that long."""
        if patience <= 0 or not select.select([self._descriptor], [], [], patience)[0]:
            return False
        try:
            chunk = os.read(self._descriptor, 65536)
        except OSError:  # what a terminal says when the other side is closed
            return False
        self.said += chunk.decode(errors="replace").replace("\r\n", "\n")
        return bool(chunk)
