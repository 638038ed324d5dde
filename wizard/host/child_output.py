"""Collect what a child process writes, until it ends, hangs, or writes too much."""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import signal
import subprocess
import time
from typing import IO

# In place of an exit status; a signal's is at least -64.
HUNG, FLOODED = -1000, -1001
# What is left of a command may have its output open for so long, in seconds, after it has ended.
GRACE = 0.5
PIECE = 2**16
# In milliseconds: so long a child that writes is left to go on. Each of its lines would wake this process otherwise.
PAUSE = 2


def collect_output(child: subprocess.Popen[bytes], deadline: float, most: int) -> tuple[int, bytes, bytes]:
    """Return the exit status of a child that leads a process group, its standard output and error. It is `HUNG` if the
    child has not ended within `deadline` seconds, `FLOODED` if it wrote more than `most` bytes; then, and when what it
    has left behind keeps its output open, the group is killed."""
    status, output = 0, _Output(child, most)
    try:
        status = output.until(time.monotonic() + deadline)
    except BaseException:
        _kill(child)
        raise
    finally:
        output.close()
        if output.open or status in (HUNG, FLOODED):
            _kill(child)
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that this user may not kill
            child.wait(GRACE)
    return status or child.returncode, bytes(output.out), bytes(output.err)


class _Output:
    def __init__(self, child: subprocess.Popen[bytes], most: int) -> None:
        self.out, self.err = bytearray(), bytearray()
        self._child, self._most = child, most
        self._pipes = [pipe for pipe in (child.stdout, child.stderr) if pipe]
        self._selector = selectors.DefaultSelector()
        self.open: dict[IO[bytes], bytearray] = dict(zip(self._pipes, (self.out, self.err), strict=True))
        for pipe in self._pipes:
            self._selector.register(pipe, selectors.EVENT_READ, pipe)
        # Readable once the child has ended; older kernels than 5.3 have none.
        self._ended = -1
        with contextlib.suppress(OSError):
            self._ended = os.pidfd_open(child.pid)
            self._selector.register(self._ended, selectors.EVENT_READ)

    def until(self, end: float) -> int:
        """Collect it; return 0 at its end, or else `HUNG` or `FLOODED`."""
        over = False
        while self.open or not over:
            left = end - time.monotonic()
            if left <= 0:
                return 0 if over else HUNG
            took = False
            for key, _events in self._selector.select(left if self._ended >= 0 else min(left, 0.05)):
                if key.data is None:
                    self._selector.unregister(self._ended)
                else:
                    self._take(key.data)
                    took = True
            if len(self.out) + len(self.err) > self._most:
                return FLOODED
            if not over and self._gone():
                over, end = True, min(end, time.monotonic() + GRACE)
            if took and self.open and not over:
                self._pause()
        return 0

    def close(self) -> None:
        """Collect no more."""
        for pipe in self._pipes:
            pipe.close()
        if self._ended >= 0:
            os.close(self._ended)
        self._selector.close()

    def _take(self, pipe: IO[bytes]) -> None:
        piece = os.read(pipe.fileno(), PIECE)
        if piece:
            self.open[pipe] += piece
        else:
            self._selector.unregister(pipe)
            del self.open[pipe]

    def _pause(self) -> None:
        """Wait for `PAUSE`, or for the child's end."""
        ended = select.poll()
        if self._ended >= 0:
            ended.register(self._ended, select.POLLIN)
        ended.poll(PAUSE)

    def _gone(self) -> bool:
        # Not waited for yet: as long as nobody does, its number stays that of its group.
        return os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
