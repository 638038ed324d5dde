"""Questions to the kernel over netlink(7): a dump of all that it has of one kind."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator

# linux/netlink.h
NLM_F_REQUEST, NLM_F_DUMP, NLMSG_ERROR, NLMSG_DONE = 0x1, 0x300, 2, 3
HEADER = struct.Struct("=IHHII")
ERROR = struct.Struct("=i")
SECONDS, PIECE = 2.0, 2**18


def dump(protocol: int, kind: int, body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of each message that the kernel answers a request to list with.

    OSError: the kernel has no such protocol or question, refuses it, or does not answer within two seconds.
    """
    request = HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as kernel:
        kernel.settimeout(SECONDS)
        kernel.sendto(request, (0, 0))
        while True:
            for found, content in messages(kernel.recv(PIECE)):
                if found == NLMSG_DONE:
                    return
                yield found, content


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the messages of one datagram; OSError for one that says an error, or is cut off."""
    while len(data) >= HEADER.size:
        length, kind, *_rest = HEADER.unpack_from(data)
        if not HEADER.size <= length <= len(data):
            raise _error(errno.EPROTO)
        content = data[HEADER.size : length]
        if kind == NLMSG_ERROR:
            raise _error(-ERROR.unpack_from(content)[0] if len(content) >= ERROR.size else errno.EPROTO)
        yield kind, content
        data = data[(length + 3) & ~3 :]


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
