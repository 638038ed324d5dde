"""What gunicorn is told beside its command line."""

import ctypes
import signal

PR_SET_PDEATHSIG = 1


def post_fork(server, worker):
    """A worker ends with its master: one that outlived it would hold the port, which the next one needs."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
