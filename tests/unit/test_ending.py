"""Children are ended without waiting for those who keep them from ending; command lines are read likewise."""

from __future__ import annotations

import os
import signal
import time
from threading import Event

import pytest

from wizard.base.lines import lines_of
from wizard.host import command_lines, opening
from wizard.host.ending import end_child


def child(status: int | None) -> int:
    pid = os.fork()
    if pid == 0:
        if status is None:
            time.sleep(100)
        os._exit(status or 0)
    return pid


def test_a_child_is_killed() -> None:
    assert end_child(child(None)) == -signal.SIGKILL


def test_an_end_that_was_announced_is_waited_for() -> None:
    assert end_child(child(7), 10.0, kill=False) == 7


def test_who_cannot_be_ended_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "kill", lambda pid, number: None)
        pid, began = child(None), time.monotonic()
        assert end_child(pid, 0.01) == -signal.SIGKILL
        assert time.monotonic() - began < 5
    assert end_child(pid) == -signal.SIGKILL


def test_a_command_line_that_hangs_is_left_and_then_asked_for_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go, asked = Event(), []

    def hangs(path: str, most: int) -> bytes:
        asked.append(path)
        let_go.wait(60)
        return b"late\0"

    monkeypatch.setattr(command_lines, "PATIENCE", 0.001)
    monkeypatch.setattr(opening, "made_up", hangs)
    ordinary, more = 2000, command_lines.MOST_HUNG + 2
    assert [command_lines.command_line(pid, ordinary) for pid in range(1, more + 1)] == [()] * more
    assert len(asked) == command_lines.MOST_HUNG
    # Another's is still read, and so is this one's once nothing hangs.
    assert command_lines.command_line(99, ordinary + 1) == ()
    assert len(asked) == command_lines.MOST_HUNG + 1
    let_go.set()
    for _user, thread in command_lines._hung:
        thread.join()
    monkeypatch.setattr(command_lines, "PATIENCE", 60.0)
    assert command_lines.command_line(1, ordinary) == ("late",)


def test_a_line_ends_where_its_program_ends_it() -> None:
    assert lines_of("a\x0bb\x1cc\x85d\u2028e\r\nf\r") == ["a\x0bb\x1cc\x85d\u2028e", "f"]
    assert lines_of("") == []
    assert lines_of("a\n\nb\n") == ["a", "", "b"]
