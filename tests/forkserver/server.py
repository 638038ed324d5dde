"""Forks a process for each request, from an interpreter that has imported Jalon: server.py SOCKET.

It says `ready`, and ends, with all that it started, when its standard input does.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module

# What Jalon imports only where it is needed.
LATE = (
    "concurrent.futures",
    "difflib",
    "distro",
    "http.client",
    "jinja2",
    "psutil",
    "rich.console",
    "sh",
)


@dataclass(frozen=True)
class Request:
    """What a client asks for."""

    folder: str
    umask: int
    words: list[str]
    settings: dict[bytes, bytes]
    streams: list[int]


def preload() -> None:
    """Imports all of Jalon but what is run, and the screens that are drawn: who looks at them is no child."""
    for name in ("wizard", "screens.plain"):
        for found in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    for name in LATE:
        import_module(name)
    # What is there now is never collected: pages stay shared.
    gc.collect()
    gc.freeze()


def received(client: socket.socket) -> Request | None:
    """What a client asks for; None where it went away before it had said all."""
    head, streams, _flags, _address = socket.recv_fds(client, 8, 3)
    said = b""
    while len(said) < int.from_bytes(head, sys.byteorder):
        if not (part := client.recv(1 << 16)):
            for one in streams:
                os.close(one)
            return None
        said += part
    if not said:
        return None
    folder, umask, count, *rest = said.split(b"\0")
    words, settings = rest[: int(count)], dict(one.split(b"=", 1) for one in rest[int(count) :])
    return Request(os.fsdecode(folder), int(umask), [os.fsdecode(one) for one in words], settings, list(streams))


class Server:
    """One loop, one thread: requests, signals that clients pass on, and the ends of children."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.clients: dict[socket.socket, int] = {}
        self.woken, self.waker = os.pipe()
        os.set_blocking(self.waker, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)

    def serve(self) -> Request | None:
        """Returns in each child, with what it is to do; in the server, at the end, with nothing."""
        while True:
            watched: list[int | socket.socket] = [0, self.woken, self.listener, *self.clients]
            ready, _write, _wrong = select.select(watched, [], [])
            if 0 in ready:
                self.end()
                return None
            if self.woken in ready:
                os.read(self.woken, 4096)
                self.reap()
            for client in [one for one in self.clients if one in ready]:
                self.pass_on(client)
            if self.listener in ready:
                client, _address = self.listener.accept()
                request = received(client)
                if request is None:
                    client.close()
                elif self.fork(client, request):
                    return request

    def fork(self, client: socket.socket, request: Request) -> bool:
        """Whether this is the child."""
        pid = os.fork()
        if pid:
            self.clients[client] = pid
            for one in request.streams:
                os.close(one)
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for connection in (client, self.listener, *self.clients):
            connection.close()
        os.close(self.woken)
        os.close(self.waker)
        return True

    def pass_on(self, client: socket.socket) -> None:
        """Sends a child the signal that its client got; one whose client is gone is killed."""
        pid = self.clients.get(client)
        if pid is None:
            return
        with suppress(ConnectionError, ProcessLookupError):
            for number in client.recv(64) or (signal.SIGKILL,):
                os.kill(pid, number)

    def reap(self) -> None:
        """Tells each client how its process ended."""
        for client, pid in [*self.clients.items()]:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                del self.clients[client]
                with suppress(OSError):
                    client.sendall(b"%d" % status)
                client.close()

    def end(self) -> None:
        """Ends what is still running."""
        for pid in self.clients.values():
            os.kill(pid, signal.SIGKILL)


def become(request: Request) -> None:
    """Makes this process what an interpreter started so would be."""
    for number, stream in enumerate(request.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request.folder)
    os.umask(request.umask)
    coerced = os.environb.get(b"LC_CTYPE")
    os.environb.clear()
    os.environb.update(request.settings)
    if coerced is not None:
        os.environb.setdefault(b"LC_CTYPE", coerced)
    time.tzset()
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        new = reopened(number, getattr(sys, name))
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def reopened(number: int, old: io.TextIOWrapper) -> io.TextIOWrapper:
    """A standard stream over what that number stands for now, set up as the interpreter set up the old one."""
    through = old.write_through
    return io.TextIOWrapper(
        open(number, "wb" if number else "rb", buffering=0 if through else -1, closefd=False),
        encoding=old.encoding,
        errors=old.errors,
        newline="\n" if number else None,
        line_buffering=old.line_buffering or (os.isatty(number) and not through),
        write_through=through,
    )


def main() -> None:
    """Serves; in a child, does what was asked for."""
    preload()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(64)
    os.write(1, b"ready\n")
    request = Server(listener).serve()
    if request is None:
        return
    become(request)
    module, *words = request.words
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            raise
        leave(end.code or 0)
    leave(0)


def leave(code: int) -> None:
    """Ends as an interpreter does, but for taking all of itself apart, which would copy each page that is shared. With
    threads, or with something left to say that nobody hears, it ends the long way."""
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code & 0xFF)
    sys.exit(code)


if __name__ == "__main__":
    main()
