"""What a probe and a trial are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from wizard.base.values import Value
from wizard.findings.finding import Finding
from wizard.host.reading import Host, Reading

if TYPE_CHECKING:
    from wizard.changes.change import Hands


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
