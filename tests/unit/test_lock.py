"""One run at a time; what outlives a run that was killed is seen, named and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from wizard.host.processes import Process
from wizard.record import lock
from wizard.record.lock import AlreadyLocked, acquire, held_for, orphans

ROOT = Path(__file__).parents[2]


def never(who: tuple[Process, ...], seconds: float) -> None:
    """There is nothing to wait for."""
    raise AssertionError(f"waits for {who}")


@contextmanager
def a_run(path: Path, *, child: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock, with a child that inherited it where its words are given."""
    script = f"""
import subprocess, sys, time
from pathlib import Path
from types import SimpleNamespace
from wizard.record.lock import acquire
held = acquire(Path({str(path)!r}), lambda who, seconds: None)
if {child!r}:
    one = subprocess.Popen({child!r}, pass_fds=[held.descriptor], start_new_session=True)
    while not Path(f"/proc/{{one.pid}}/cmdline").read_bytes():  # its program is not yet in the place of this one
        time.sleep(0.01)
    print(one.pid, flush=True)
print("held", flush=True)
time.sleep(60)
"""
    words = [sys.executable, "-c", script]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True) as one:
        try:
            yield one
        finally:
            one.kill()


def said(one: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert one.stdout is not None
    return one.stdout.readline().strip()


def gone(pid: int) -> None:
    """Ends a process that is nobody's child any more."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the lock lies."""
    return tmp_path / "state" / "lock"


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between two looks are short."""
    short = SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: time.sleep(min(seconds, 0.05)))
    monkeypatch.setattr(lock, "time", short)


def test_it_is_taken_released_and_taken_again(path: Path) -> None:
    for _turn in range(2):
        acquire(path, never).release()


def test_whoever_holds_it_stands_in_it(path: Path) -> None:
    held = acquire(path, never)
    assert path.read_text().split()[0] == str(os.getpid())
    assert path.stat().st_mode & 0o777 == 0o600
    held.release()


def test_a_living_run_is_not_waited_for_and_is_named(path: Path) -> None:
    with a_run(path) as other:
        assert said(other) == "held"
        with pytest.raises(AlreadyLocked) as caught:
            acquire(path, never)
        assert caught.value.holder is not None
        assert caught.value.holder.pid == other.pid
        assert "python" in caught.value.holder.name


def test_a_second_try_of_the_same_run_is_refused_too(path: Path) -> None:
    held = acquire(path, never)
    with pytest.raises(AlreadyLocked):
        acquire(path, never)
    held.release()


def test_the_lock_of_a_killed_run_is_free(path: Path) -> None:
    with a_run(path) as other:
        assert said(other) == "held"
        other.kill()
        other.wait()
    acquire(path, never).release()


def test_the_child_of_a_killed_run_is_named_and_waited_for(path: Path, hurry: None) -> None:
    with a_run(path, child=("sleep", "30")) as other:
        child = int(said(other))
        assert said(other) == "held"
        other.kill()
        other.wait()
    told: list[tuple[Process, ...]] = []

    def waiting(who: tuple[Process, ...], seconds: float) -> None:
        told.append(who)
        if len(told) == 2:
            gone(child)

    try:
        held = acquire(path, waiting)
    finally:
        gone(child)
    assert [one.pid for one in told[0]] == [child]
    assert told[0][0].name == "sleep"
    assert path.read_text().split()[0] == str(os.getpid())
    held.release()


def test_patience_ends(path: Path, hurry: None) -> None:
    with a_run(path, child=("sleep", "30")) as other:
        child = int(said(other))
        assert said(other) == "held"
        other.kill()
        other.wait()
    try:
        with pytest.raises(AlreadyLocked) as caught:
            acquire(path, lambda who, seconds: None, patience=0.2)
        assert caught.value.holder is None
    finally:
        gone(child)


def test_a_number_that_came_back_is_not_the_run_that_had_it(path: Path, hurry: None) -> None:
    """Numbers of processes come back, births do not: this process is alive, but not the one that was meant."""
    with a_run(path, child=("sleep", "30")) as other:
        child = int(said(other))
        assert said(other) == "held"
        other.kill()
        other.wait()
    path.write_text(f"{os.getpid()} 1\n")
    told: list[tuple[Process, ...]] = []

    def waiting(who: tuple[Process, ...], seconds: float) -> None:
        told.append(who)
        gone(child)

    try:
        acquire(path, waiting).release()
    finally:
        gone(child)
    assert told


@pytest.mark.parametrize("text", ["", "x", "1", "x y", "999999999 1", "1 2 3", "-1 0"])
def test_nonsense_in_it_names_nobody(path: Path, hurry: None, text: str) -> None:
    held = acquire(path, never)
    path.write_text(text)
    with pytest.raises(AlreadyLocked) as caught:
        acquire(path, lambda who, seconds: None, patience=0.0)
    assert caught.value.holder is None
    held.release()


def test_a_daemon_that_inherited_it_does_not_hold_it_after_a_run_that_ended_well(path: Path) -> None:
    held = acquire(path, never)
    with subprocess.Popen(["sleep", "30"], pass_fds=[held.descriptor]) as daemon:
        held.release()
        acquire(path, never).release()
        daemon.kill()


def test_orphans_are_those_who_have_it_open(path: Path) -> None:
    held = acquire(path, never)
    with subprocess.Popen(["sleep", "30"], pass_fds=[held.descriptor]) as child:
        assert [one.pid for one in orphans(path)] == [child.pid]
        child.kill()
    assert orphans(path) == ()
    held.release()


def test_an_orphan_that_holds_it_for_a_user_has_the_name_of_what_that_user_runs(path: Path) -> None:
    held = acquire(path, never)
    words = held_for(["env", "--chdir=/", "sleep", "30"], held.descriptor, 60)
    with subprocess.Popen(words, pass_fds=[held.descriptor]) as child:
        until = time.monotonic() + 60
        while not [one for one in orphans(path) if one.name == "sleep"]:
            assert time.monotonic() < until
        subprocess.run(["pkill", "-P", str(child.pid)], check=True)
    held.release()
