"""The wizard ends when its terminal is gone, even where its own loop does nothing any more."""

from __future__ import annotations

import os
import pty
import threading
from collections.abc import Iterator

import pytest

from screens.model import ending
from screens.model.ending import Ending


class Told:
    """What an ending did, and whether it has ended the process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[object] = []
        self.ended = threading.Event()
        monkeypatch.setattr(ending, "PATIENCE", 0.05)
        monkeypatch.setattr("signal.signal", lambda number, handler: None)

    def ending(self, terminal: int) -> Ending:
        return Ending(lambda: self.done.append("leave"), lambda: self.done.append("tidy"), (terminal,), self.end)

    def end(self, status: int) -> None:
        self.done.append(status)
        self.ended.set()


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(theirs)


def test_a_loop_that_hangs_is_ended_and_what_is_secret_removed(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(monkeypatch)
    told.ending(terminal[1]).watch()
    assert not told.ended.wait(0.02)
    os.close(terminal[0])
    assert told.ended.wait(5)
    assert told.done == ["leave", "tidy", 0]


def test_one_that_ends_in_order_is_left_to_itself(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(monkeypatch)
    one = told.ending(terminal[1])
    one.watch()
    one.over()
    os.close(terminal[0])
    assert not told.ended.wait(0.1) and told.done == []
