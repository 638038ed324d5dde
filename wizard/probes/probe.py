"""What a probe, a trial and a finding are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from wizard.base.values import Value
from wizard.host.reading import Host, Reading

if TYPE_CHECKING:
    from wizard.changes.change import Hands

PASSED, WARNED, FAILED, SKIPPED, UNKNOWN, CRASHED = (
    "passed",
    "warned",
    "failed",
    "skipped",
    "unknown",
    "crashed",
)
OUTCOMES = (PASSED, WARNED, FAILED, SKIPPED, UNKNOWN, CRASHED)


class Remedy(Value):
    """What repairs it: words, and the commands that do it, as root; or the step that does it when it is applied
    again, by its title.

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


def warned(evidence: str, *, cause: Cause | None = None, remedy: Remedy | None = None) -> Finding:
    """It works, but it should be looked at."""
    return Finding(WARNED, evidence, cause=cause, remedy=remedy)


def failed(evidence: str, *, cause: Cause | None = None, remedy: Remedy | None = None) -> Finding:
    """Not as it should be; `evidence` says what was seen and what it should be."""
    return Finding(FAILED, evidence, cause=cause, remedy=remedy)


class Probe(Value, ABC):
    """Looks at a host and says what it sees.

    `id` is `checkpoint.name` and never changes once released; `needs` are the ids of probes without which this one
    means nothing; `until` names the checkpoint from which on it no longer counts. `counts` is false
    for one that has nothing to look at, so that its being skipped leaves an outcome as it is.
    """

    id: str
    title: str
    counts: ClassVar[bool] = True

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of the probes this one depends on."""
        return tuple(getattr(self, "after", ()))

    @property
    def until(self) -> str | None:
        """The checkpoint from which on this probe is left out."""
        return None

    def reads(self) -> Iterable[Reading[Any]]:
        """What it will read, as far as it is known before, so that families are asked once."""
        return ()

    @abstractmethod
    def observe(self, host: Host) -> Finding:
        """What is seen. A reading that cannot be had may be left to raise `NotKnown`."""


class Trial(Value, ABC):
    """A probe that proves by acting; it says what it touches, and leaves the host as it found it."""

    id: str
    title: str
    counts: ClassVar[bool] = True

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of the probes and trials this one depends on."""
        return tuple(getattr(self, "after", ()))

    @property
    def lacks(self) -> str:
        """What it cannot be made without and nobody here has, with how to give it: it is then skipped, and nothing is
        wrong. Empty where nothing is lacking."""
        return ""

    @property
    @abstractmethod
    def touches(self) -> str:
        """What it does to the host, in words for who is asked whether it may."""

    @abstractmethod
    def attempt(self, host: Host, hands: Hands) -> Finding:
        """Acts, looks, cleans up. `host` reads the machine; call `host.forget` is done for it before and after."""
