"""A connection that is over by a deadline, however slowly the other side drips: a timeout of a socket begins anew with
each byte."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any


class DeadlineSocket(socket.socket):
    """A socket of which everything must be received before `until` (the monotonic clock); then `TimeoutError`."""

    until: float

    def recv_into(self, *arguments: Any, **more: Any) -> int:
        """As of any socket; all that is read through `makefile` comes through here."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        self.settimeout(left)
        return super().recv_into(*arguments, **more)


def with_deadline(connection: socket.socket, seconds: float) -> DeadlineSocket:
    """Return that connection, over in so many seconds; the socket given is of no use afterwards."""
    made = DeadlineSocket(connection.family, connection.type, connection.proto, fileno=connection.detach())
    made.settimeout(seconds)
    made.until = time.monotonic() + seconds
    return made
