"""Readings that bypass the host's cache, for what a trial has just changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from wizard.host.reading import Host, Reading

T = TypeVar("T")


def read_again(host: Host, reading: Reading[T]) -> T:
    """The current answer, not a cached one. Raises `NotKnown` as `Host.get` does."""
    forget = getattr(host, "forget", None)
    if forget is not None:
        forget((reading.family,))
    return host.get(reading)


def wait_for(host: Host, reading: Reading[T], good: Callable[[T], bool], until: float, pause: float = 0.5) -> T:
    """Polls every `pause` seconds until the answer is good or the monotonic clock passes `until`; returns the last
    answer."""
    answer = read_again(host, reading)
    while not good(answer) and time.monotonic() < until:
        time.sleep(pause)
        answer = read_again(host, reading)
    return answer
