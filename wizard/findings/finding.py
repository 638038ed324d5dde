"""The result of a probe or trial: outcome, cause and remedy."""

from __future__ import annotations

from wizard.base.quote import marked, shown
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
    """How to repair a finding: a text and, where there are any, `commands` to run as root, or the key of the `step` to
    apply again.

    `safe`: the commands may run without asking, as they only restore what the guide requires and remove nothing that a
    person may want. Raises `ValueError` for a command, or a step, with words of a log in it (`wizard.base.quote`):
    those come from answers and the host alone.
    """

    text: str
    commands: tuple[str, ...] = ()
    step: str = ""
    safe: bool = False

    def __init__(self, text: str, commands: tuple[str, ...] = (), step: str = "", safe: bool = False) -> None:
        if any(map(marked, (*commands, step))):
            raise ValueError("a remedy takes no word of a log into a command")
        super().__init__(shown(text), commands, step, safe)


class Cause(Value):
    """Why a probe failed or warned: a stable id in kebab case, and a text."""

    id: str
    text: str

    def __init__(self, id: str, text: str) -> None:
        super().__init__(id, shown(text))


class Finding(Value):
    """The result of a probe. `evidence` is what was seen, with figures; `because` why it was skipped or is unknown."""

    outcome: str
    evidence: str = ""
    because: str = ""
    cause: Cause | None = None
    remedy: Remedy | None = None

    def __init__(
        self,
        outcome: str,
        evidence: str = "",
        because: str = "",
        cause: Cause | None = None,
        remedy: Remedy | None = None,
    ) -> None:
        super().__init__(outcome, shown(evidence), shown(because), cause, remedy)


def passed(evidence: str) -> Finding:
    """A finding that all is as it should be."""
    return Finding(PASSED, evidence)


def warning(evidence: str, *, cause: Cause | None = None, remedy: Remedy | None = None) -> Finding:
    """A finding that something works but needs attention."""
    return Finding(WARNING, evidence, cause=cause, remedy=remedy)


def failed(evidence: str, *, cause: Cause | None = None, remedy: Remedy | None = None) -> Finding:
    """A finding that something is wrong; `evidence` says what was seen and what was expected."""
    return Finding(FAILED, evidence, cause=cause, remedy=remedy)
