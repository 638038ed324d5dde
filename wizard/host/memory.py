"""What a process that holds secrets does so that no file and no other program of its user shows its memory."""

from __future__ import annotations

import resource
from contextlib import suppress

# Of linux/prctl.h.
PR_SET_DUMPABLE = 4


def leave_no_core() -> None:
    """No core file is written when this process, or a program that it starts, dies."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def keep_private() -> None:
    """The same, whatever collects cores on this machine; and no process of the same user may look into this one
    (ptrace(2), /proc/PID/mem, /proc/PID/environ). Programs that it starts are not bound by that."""
    import ctypes

    leave_no_core()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
