"""Reading anew what a trial has just moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from wizard.host.reading import Host, Reading

T = TypeVar("T")


def fresh(host: Host, reading: Reading[T]) -> T:
    """The answer as it is now, where the host remembers answers; raises `NotKnown` as `Host.get` does."""
    forget = getattr(host, "forget", None)
    if forget is not None:
        forget((reading.family,))
    return host.get(reading)


def wait_for(host: Host, reading: Reading[T], good: Callable[[T], bool], until: float, pause: float = 0.5) -> T:
    """Reads again and again until the answer is good or the monotonic clock passes `until`; the last
    answer."""
    answer = fresh(host, reading)
    while not good(answer) and time.monotonic() < until:
        time.sleep(pause)
        answer = fresh(host, reading)
    return answer
