"""What every test starts from."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """Thousands of tests lie in memory by now, and every collection of garbage would walk over all of them. A page of
    the wizard makes so many objects that a tenth of its time would go into looking for what can go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True, scope="module")
def left_alone() -> None:
    """What the files before have left, as trees of all sources, is not walked over again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> Iterator[None]:
    """Ctrl-C is heard, as on a terminal: what a shell starts in the background ignores it, and so would all that is
    started here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
