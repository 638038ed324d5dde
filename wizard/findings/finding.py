"""What a probe or trial found, why, and what repairs it."""

from __future__ import annotations

from wizard.base.values import Value

PASSED, WARNING, FAILED, SKIPPED, UNKNOWN, CRASHED = (
    "passed",
    "warning",
    "failed",
    "skipped",
    "unknown",
    "crashed",
)
OUTCOMES = (PASSED, WARNING, FAILED, SKIPPED, UNKNOWN, CRASHED)


class Remedy(Value):
    """What repairs it: words, and the commands that do it, as root; or the step that does it when it is applied
    again, by its key.

    `safe`: its commands may be carried out without asking. They only bring back what the guide asks for anyway, and
    take nothing away that a person may have wanted.
    """

    text: str
    commands: tuple[str, ...] = ()
    step: str = ""
    safe: bool = False


class Cause(Value):
    """Why a probe is red: a stable kebab-case id, and words for a person."""

    id: str
    text: str


class Finding(Value):
    """What a probe saw. `evidence` is in words with figures; `because` says why it was skipped or is unknown."""

    outcome: str
    evidence: str = ""
    because: str = ""
    cause: Cause | None = None
    remedy: Remedy | None = None


def passed(evidence: str) -> Finding:
    """As it should be."""
    return Finding(PASSED, evidence)


def warning(evidence: str, *, cause: Cause | None = None, remedy: Remedy | None = None) -> Finding:
    """It works, but it should be looked at."""
    return Finding(WARNING, evidence, cause=cause, remedy=remedy)


def failed(evidence: str, *, cause: Cause | None = None, remedy: Remedy | None = None) -> Finding:
    """Not as it should be; `evidence` says what was seen and what it should be."""
    return Finding(FAILED, evidence, cause=cause, remedy=remedy)
