"""Programs that are run to read: none hangs, floods, or is waited for longer than it runs."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from wizard.host.children import run_query


def shell(script: str, **more: Any) -> tuple[int, str, str, float]:
    """What a script ends with and says, and the seconds it took."""
    began = time.monotonic()
    result = run_query(["sh", "-c", script], **more)
    return result.status, result.out, result.err, time.monotonic() - began


def alive(path: Path) -> bool:
    """Whether the process whose number a file holds still runs in a while: it would for a minute."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            status = Path("/proc", path.read_text().strip(), "stat").read_text()
        except FileNotFoundError:
            return False
        if status.rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.01)
    return True


def test_what_it_says_comes_back() -> None:
    assert shell("echo one; printf 'two\\r\\nthree\\r' >&2; exit 3")[:3] == (3, "one\n", "two\nthree\n")
    assert shell("cat", stdin="x" * 200_000)[1] == "x" * 200_000
    assert shell("cat")[1] == "", "standard input is empty"
    assert shell("kill -TERM $$")[0] == -15
    assert run_query(["no-such-program"]).status == 127


def test_more_than_a_pipe_holds() -> None:
    script = "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2"
    status, out, err, _seconds = shell(script)
    assert (status, len(out), len(err)) == (0, 3_000_000, 3_000_000)


def test_one_that_hangs_is_killed_with_all_its_children(tmp_path: Path) -> None:
    status, _out, err, seconds = shell(f"sleep 60 & echo $! >{tmp_path}/pid; sleep 60", deadline=0.5)
    assert (status, err) == (124, "sh: no answer within 0.5 s")
    assert seconds < 30 and not alive(tmp_path / "pid")


def test_one_that_floods_is_killed() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, out, err, seconds = shell("cat /dev/zero", most=10**7)
    assert (status, out, err) == (125, "", "sh: more than 10000000 bytes of output")
    assert seconds < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_what_it_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    status, out, _err, seconds = shell(f"sleep 60 & echo $! >{tmp_path}/pid; echo done", deadline=20)
    assert (status, out) == (0, "done\n")
    assert seconds < 15 and not alive(tmp_path / "pid"), "it held the output open, and is of the same group"


def test_not_even_what_has_left_the_group(tmp_path: Path) -> None:
    script = f"setsid sh -c 'echo $$ >{tmp_path}/pid; exec sleep 20' & sleep 0.2; echo done"
    status, out, _err, seconds = shell(script, deadline=20)
    assert (status, out) == (0, "done\n") and seconds < 15
    os.kill(int((tmp_path / "pid").read_text()), 9)


def test_one_that_closes_its_output_is_waited_for() -> None:
    status, out, _err, seconds = shell("echo x; exec >&- 2>&-; sleep 0.3; exit 5")
    assert (status, out) == (5, "x\n") and seconds >= 0.3


def test_older_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_pid: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "pidfd_open", none)
    assert shell("echo x; sleep 0.2; exit 5")[:2] == (5, "x\n")
    assert shell("exec >&- 2>&-; sleep 20", deadline=0.3)[0] == 124


def test_no_descriptor_is_left_open() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        shell("echo x", stdin="y")
        shell("sleep 5", deadline=0.1)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
