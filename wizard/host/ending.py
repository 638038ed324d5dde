"""End a forked child that works on what is somebody else's, without waiting for whoever keeps it from ending."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time

# In seconds: a child that may end does so at once.
GRACE = 0.5
PIECE = 0.01


def end_child(pid: int, seconds: float = GRACE, *, kill: bool = True) -> int:
    """Kill a child, or with `kill` false await the end that it has announced; return its exit status, negative for a
    signal, which is SIGKILL unless it had ended before.

    SIGKILL ends no process that waits for a file system which is a user's program (fuse(4)), nor is one waited for that
    a user traces (ptrace(2)). Such a child is left to itself after so many seconds: its status is that of SIGKILL.
    """
    if kill:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    try:
        _await_end(pid, seconds)
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:  # somebody else has waited for it
        return 0
    return os.waitstatus_to_exitcode(status) if ended else -signal.SIGKILL


def _await_end(pid: int, seconds: float) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:  # kernels before 5.3
        until = time.monotonic() + seconds
        while time.monotonic() < until and not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            time.sleep(PIECE)
        return
    try:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        ended.poll(seconds * 1000)
    finally:
        os.close(descriptor)
