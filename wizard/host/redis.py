"""Reading of a Redis that keeps sessions: whether it takes what is written to it, as it says itself."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host.deadline_socket import with_deadline
from wizard.host.reading import Reading

SECONDS, MOST = 2.0, 2**16
"""How long an answer may take, and how many bytes of it are read."""
# Whoever answers at that port may say anything: a number of thousands of digits is none.
LENGTH = pattern(r"\$[0-9]{1,12}")


class RedisState(Value):
    """What a Redis answers: `error` is why there is none (an errno's name), or its refusal of a `PING` ("NOAUTH ...");
    `said` is its `INFO`, by name."""

    error: str
    said: tuple[tuple[str, str], ...] = ()

    @property
    def info(self) -> Mapping[str, str]:
        """Its `INFO`."""
        return dict(self.said)


class RedisAt(Reading[RedisState]):
    """The Redis at an address of this machine, asked without a password and without changing anything."""

    family: ClassVar[str] = "redis"
    nothing: ClassVar[RedisState] = RedisState("ECONNREFUSED")
    address: str
    port: int


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of Redis."""
    return {one: _asked(one.address, one.port) for one in readings if isinstance(one, RedisAt)}


def _asked(address: str, port: int) -> RedisState:
    try:
        with with_deadline(socket.create_connection((address, port), timeout=SECONDS), SECONDS) as connection:
            connection.sendall(b"PING\r\nINFO\r\n")
            with connection.makefile("rb") as lines:
                first = lines.readline(MOST).decode(errors="replace").strip()
                if first.startswith("-"):
                    return RedisState(first.removeprefix("-"))
                head = lines.readline(MOST).decode(errors="replace").strip()
                size = int(head[1:]) if LENGTH.fullmatch(head) else 0
                text = lines.read(min(size, MOST)).decode(errors="replace")
    except ValueError:  # a name that nothing can have
        return RedisState("EINVAL")
    except OSError as error:
        return RedisState(errno.errorcode.get(error.errno or 0, "ETIMEDOUT"))
    parted = (line.strip().partition(":") for line in lines_of(text) if ":" in line and not line.startswith("#"))
    return RedisState("", tuple((name, value) for name, _sign, value in parted))
