"""A connection that is over by a deadline, however slowly the other side drips, and after a number of bytes, however
fast it is: a timeout of a socket begins anew with each byte, and parsers believe the lengths that they are told."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any

MOST = 16 * 2**20


class DeadlineSocket(socket.socket):
    """A socket of which everything must be received before `until` (the monotonic clock), then `TimeoutError`; and no
    more than the bytes that are `left`, then `OSError` (`EMSGSIZE`)."""

    until: float
    left: int

    def recv_into(self, *arguments: Any, **more: Any) -> int:
        """As of any socket; all that is read through `makefile` comes through here."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        if self.left <= 0:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        self.settimeout(left)
        size = super().recv_into(*arguments, **more)
        self.left -= size
        return size


def with_deadline(connection: socket.socket, seconds: float, most: int = MOST) -> DeadlineSocket:
    """Return that connection, over in so many seconds or bytes; the socket given is of no use afterwards."""
    made = DeadlineSocket(connection.family, connection.type, connection.proto, fileno=connection.detach())
    made.settimeout(seconds)
    made.until = time.monotonic() + seconds
    made.left = most
    return made
