"""Runs a command inside of a machine with limits, and says what it took. Not imported: its text is run there."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

KEPT = 1 << 20
ADDRESS_SPACE = 3 << 30


def descendants(pid: int) -> list[int]:
    """Every process that comes from this one, whatever session it is in."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        try:
            parents.setdefault(int((folder / "stat").read_text().rpartition(")")[2].split()[1]), []).append(
                int(folder.name)
            )
        except (OSError, ValueError, IndexError):
            continue
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        left += parents.get(one, [])
    return found


def main() -> None:
    """`runner.py SECONDS CWD COMMAND...`: prints one JSON object."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    child = subprocess.Popen(
        sys.argv[3:],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=sys.argv[2],
        start_new_session=True,
    )
    said: dict[str, bytearray] = {"out": bytearray(), "err": bytearray()}
    sizes = {"out": 0, "err": 0}

    def keep(name: str, descriptor: int) -> None:
        while block := os.read(descriptor, 65536):
            sizes[name] += len(block)
            said[name] += block[: KEPT - len(said[name])]

    assert child.stdout and child.stderr
    threads = [
        threading.Thread(target=keep, args=one, daemon=True)
        for one in (("out", child.stdout.fileno()), ("err", child.stderr.fileno()))
    ]
    for thread in threads:
        thread.start()
    began, hung = time.monotonic(), False
    try:
        child.wait(float(sys.argv[1]))
    except subprocess.TimeoutExpired:
        hung = True
        for pid in descendants(child.pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        child.wait()
    for thread in threads:
        thread.join(3)
    json.dump(
        {
            "status": child.returncode,
            "hung": hung,
            "seconds": time.monotonic() - began,
            "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
            "out": said["out"].decode(errors="surrogateescape"),
            "err": said["err"].decode(errors="surrogateescape"),
            "sizes": sizes,
        },
        sys.stdout,
    )


main()
