"""Runs commands by turns and prints, as JSON, the seconds of each run and what the last one that failed said.

timing.py ROUNDS < {"name": ["word", ...], ...}
"""

from __future__ import annotations

import json
import subprocess
import sys
import time


def main() -> None:
    """The first round warms the caches and is not counted."""
    rounds, commands = int(sys.argv[1]), json.load(sys.stdin)
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    last: dict[str, dict[str, object]] = {}
    for number in range(rounds + 1):
        for name, words in commands.items():
            began = time.perf_counter()
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            if number:
                seconds[name].append(time.perf_counter() - began)
            if number == 0 or done.returncode:
                last[name] = {"status": done.returncode, "out": done.stdout + done.stderr}
    json.dump({name: {"seconds": seconds[name], **last[name]} for name in commands}, sys.stdout)


if __name__ == "__main__":
    main()
