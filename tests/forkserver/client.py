"""Asks a server for a process with our streams, and stands for it: client.py SOCKET MODULE WORD...

It passes signals on, and ends as the process does. It imports next to nothing, for it is started often.
"""

from __future__ import annotations

import os
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET
from _socket import socket as Socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What `signal` is made of, without its enumerations, which take longer than all the rest.
signal = __import__("_signal")
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def asked(words: list[str], folder: bytes, settings: Mapping[bytes, bytes]) -> bytes:
    """What is asked for: folder, umask, the number of words, the words, the environment."""
    umask = os.umask(0)
    os.umask(umask)
    env = [name + b"=" + value for name, value in settings.items()]
    return b"\0".join([folder, b"%d" % umask, b"%d" % len(words), *map(os.fsencode, words), *env])


def send(server: Socket, said: bytes, streams: Iterable[int]) -> None:
    """Asks for it, with these standard streams."""
    numbers = b"".join(number.to_bytes(4, sys.byteorder) for number in streams)
    server.sendmsg([len(said).to_bytes(8, sys.byteorder)], [(SOL_SOCKET, SCM_RIGHTS, numbers)])
    server.sendall(said)


def ended(server: Socket) -> int | None:
    """Waits for its end; returns its exit status, or minus the signal that ended it; None where the server is gone."""
    status = b""
    while part := server.recv(64):
        status += part
    return os.waitstatus_to_exitcode(int(status)) if status else None


def main() -> None:
    """Asks, waits, and ends in the same way."""
    path, *words = sys.argv[1:]
    said = asked(words, os.getcwdb(), os.environb)  # noqa: PTH109 - pathlib is slow to import
    server = Socket(AF_UNIX, SOCK_STREAM)
    server.connect(path)
    for number in PASSED_ON:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: server.send(bytes([number])))
    send(server, said, (0, 1, 2))
    # Whoever reads or writes at the other ends notices when the process is gone, not when we are.
    os.close(0)
    os.close(1)
    code = ended(server)
    if code is None:
        os.write(2, b"the server of forks is gone\n")
        os._exit(125)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
