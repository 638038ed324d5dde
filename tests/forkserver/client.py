"""Asks a server for a process with our streams, and stands for it: client.py SOCKET MODULE WORD...

It passes signals on, and ends as the process does. It imports next to nothing, for it is started often.
"""

from __future__ import annotations

import os
import signal
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET
from _socket import socket as Socket

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def asked(words: list[str]) -> bytes:
    """What is asked for: folder, umask, the number of words, the words, the environment."""
    umask = os.umask(0)
    os.umask(umask)
    settings = [name + b"=" + value for name, value in os.environb.items()]
    folder = os.getcwdb()  # noqa: PTH109 - pathlib is slow to import
    parts = [folder, b"%d" % umask, b"%d" % len(words), *map(os.fsencode, words), *settings]
    return b"\0".join(parts)


def main() -> None:
    """Asks, waits, and ends in the same way."""
    path, *words = sys.argv[1:]
    said = asked(words)
    server = Socket(AF_UNIX, SOCK_STREAM)
    server.connect(path)
    for number in PASSED_ON:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: server.send(bytes([number])))
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    server.sendmsg([len(said).to_bytes(8, sys.byteorder)], [(SOL_SOCKET, SCM_RIGHTS, streams)])
    while said:
        said = said[server.send(said) :]
    # Whoever reads or writes at the other ends notices when the process is gone, not when we are.
    os.close(0)
    os.close(1)
    status = b""
    while part := server.recv(64):
        status += part
    if not status:
        os.write(2, b"the server of forks is gone\n")
        os._exit(125)
    code = os.waitstatus_to_exitcode(int(status))
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
