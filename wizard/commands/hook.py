"""A person's own command, told what happened on its standard input."""

from __future__ import annotations

import os
import signal
import subprocess

from wizard.base.language import _

DEADLINE = 60.0


def call(command: str, told: str, deadline: float = DEADLINE) -> str:
    """Runs the command through the shell, in our own environment; what it prints goes to standard error.

    Returns what went wrong, in words; "" when it ended well. Past its deadline it is killed with all it started.
    """
    child = subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=2, stderr=2, start_new_session=True
    )
    try:
        child.communicate(told.encode(errors="replace"), timeout=deadline)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return _("the hook took longer than {seconds:.0f} s and was ended").format(seconds=deadline)
    except BaseException:
        os.killpg(child.pid, signal.SIGTERM)
        raise
    if child.returncode:
        return _("the hook ended with status {status}").format(status=child.returncode)
    return ""
