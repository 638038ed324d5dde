"""Every reader answers, whatever is in the files that it reads; `tests/mutations/run` reads many more of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.mutations import running
from tests.mutations.kinds import KINDS
from tests.mutations.mutations import BYTES, PLACES, damaged
from tests.mutations.running import Kind, faults
from tests.mutations.trees import one_damaged, trees

COUNT = 25


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_damaged_files_are_answered(kind: Kind) -> None:
    assert [str(fault) for fault in faults(kind, COUNT)] == []


def hang(_folder: Path) -> None:
    while True:
        pass


def wait(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "fifo").read_bytes()


def gorge(_folder: Path) -> int:
    return len(b"x" * (100 * 2**20))


def refuse(folder: Path) -> None:
    raise ValueError(folder)


def die(_folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (hang, "of processor"),
        (wait, "no answer within"),
        (gorge, "MemoryError"),
        (refuse, "ValueError"),
        (die, "killed"),
    ],
)
def test_a_reader_that_does_not_bear_a_file_is_told(
    read: Callable[[Path], object], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if read is hang:
        monkeypatch.setattr(running, "PROCESSOR", 0.2)
    monkeypatch.setattr(running, "WALL", 0.3 if read is wait else 300.0)
    whole = {tree.name for tree in trees("nginx-log")}

    def reader(folder: Path) -> object:
        # The seeds are read whole first, and that is borne.
        if folder.name in whole:
            whole.discard(folder.name)
            return None
        return read(folder)

    found = list(faults(Kind("nginx-log", reader), 1))
    assert [one.number for one in found] == [0]
    assert why in found[0].why


def test_the_same_damage_is_done_again() -> None:
    data = b"one {\n two;\n}\n" * 3
    assert [damaged(data, Random(n)) for n in range(50)] == [damaged(data, Random(n)) for n in range(50)]
    assert len({damaged(data, Random(n)) for n in range(50)}) > 40
    assert all(isinstance(kind(b"", Random(1)), bytes) for kind, _weight in BYTES)


def test_what_was_damaged_is_whole_again(tmp_path: Path) -> None:
    (tree, *_others) = trees("git")
    tree.lay(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for number in range(60):
        with one_damaged(tree, tmp_path, Random(number)):
            pass
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("how", PLACES)
def test_other_things_in_a_files_place(tmp_path: Path, how: str) -> None:
    PLACES[how](tmp_path / "x")
    assert how == "is gone" or os.path.lexists(tmp_path / "x")
    assert sum(one.lstat().st_blocks for one in tmp_path.iterdir()) < 100, "it costs nothing"
