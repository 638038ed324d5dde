"""Runs the command given with `verify --watch --hook`."""

from __future__ import annotations

import os
import signal
import subprocess

from wizard.base.language import _

DEADLINE = 60.0


def call_hook(command: str, told: str, deadline: float = DEADLINE) -> str:
    """Runs the command through the shell with `told` on its standard input; its output goes to standard error.

    Returns an error message, "" on success. After `deadline` seconds it is killed with its process group.
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
