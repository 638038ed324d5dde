"""Exit statuses of the command line, those from 64 to 78 as in sysexits.h."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.base.errors import BadData, Busy, NeedsRoot, NotFound, NotOurs, NotWritable, Refused, Unusable

if TYPE_CHECKING:
    from wizard.walk.verification import Verified

OK = 0
RED = 1
PENDING = 2
USAGE = 64
BAD_ANSWERS = 65
FAULT = 70
CANNOT_WRITE = 74
LOCKED = 75
NEEDS_ROOT = 77
UNUSABLE = 78
INTERRUPTED = 130
# 128 + SIGPIPE, as a shell reports it: the reader of the output has gone.
BROKEN_PIPE = 141

_STATUSES = {
    BadData: BAD_ANSWERS,
    NotFound: RED,
    NotWritable: CANNOT_WRITE,
    Busy: LOCKED,
    NeedsRoot: NEEDS_ROOT,
    NotOurs: UNUSABLE,
    Unusable: UNUSABLE,
}


def status_of(refused: Refused) -> int:
    """The exit status for an error that stopped a command; `USAGE` unless its class has another."""
    return next((status for kind, status in _STATUSES.items() if isinstance(refused, kind)), USAGE)


def exit_status(verified: Sequence[Verified]) -> int:
    """1 if anything failed, crashed or was not reached, 77 if the worst outcome is `unknown`, otherwise 0."""
    from wizard.findings.finding import CRASHED, FAILED, UNKNOWN
    from wizard.walk.verification import outcome

    worst = outcome(verified)
    if worst in (FAILED, CRASHED):
        return RED
    return NEEDS_ROOT if worst == UNKNOWN else OK
