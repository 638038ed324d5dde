"""What gunicorn was told on its command line of how long a request may take.

A worker that does one thing at a time is ended when it has said nothing for that long, which it does not while it
answers; one with threads, or of another class, says so beside its requests (tried with gunicorn 27: a download of 12
seconds under `--timeout 5` is cut off with one thread, and is not with five).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.patterns import pattern
from wizard.base.values import Value

DEFAULT = 30
LONG = {"-t": "--timeout", "-k": "--worker-class"}
WANTED = ("--timeout", "--threads", "--worker-class")
NUMBER = pattern(r"[0-9]{1,9}")


class Patience(Value):
    """`seconds` is the timeout (0: none); `blocking`, whether it ends a worker that is busy with one request;
    `told`, whether the command line says the timeout."""

    seconds: int = DEFAULT
    blocking: bool = True
    told: bool = False


def patience(command: Sequence[str]) -> Patience:
    """Return what these words say; of an option that is said twice, the last counts."""
    said = dict(_options(command))
    threads, seconds = said.get("--threads", ""), said.get("--timeout", "")
    blocking = said.get("--worker-class", "sync") == "sync" and not (NUMBER.fullmatch(threads) and int(threads) > 1)
    if not NUMBER.fullmatch(seconds):
        return Patience(blocking=blocking)
    return Patience(int(seconds), blocking, told=True)


def _options(command: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word, following in zip(command, (*command[1:], ""), strict=True):
        name, sign, value = word.partition("=")
        if name in WANTED:
            yield name, value if sign else following
        elif word in LONG:
            yield LONG[word], following
        elif word[:2] in LONG and not word.startswith("--"):
            yield LONG[word[:2]], word[2:]
