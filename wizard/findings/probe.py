"""The base classes of probes and trials."""

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
    """Examines a host without changing it.

    `id` is `checkpoint.name` and never changes once released. `counts` is false for a probe that does not apply here,
    so that skipping it does not affect the overall outcome.
    """

    id: str
    title: str
    counts: ClassVar[bool] = True

    @property
    def needs(self) -> tuple[str, ...]:
        """The ids of the probes that must pass before this one."""
        return tuple(getattr(self, "after", ()))

    @property
    def until(self) -> str | None:
        """The id of the checkpoint from which on this probe no longer applies; None for always."""
        return None

    def reads(self) -> Iterable[Reading[Any]]:
        """The readings it will make, as far as known in advance, so that each family is read once."""
        return ()

    @abstractmethod
    def observe(self, host: Host) -> Finding:
        """Examines the host. May let `NotKnown` pass, which becomes an `unknown` finding."""


class Trial(Value, ABC):
    """Acts on a host to prove that something works, and restores it. `id` and `counts` are as in `Probe`."""

    id: str
    title: str
    counts: ClassVar[bool] = True

    @property
    def needs(self) -> tuple[str, ...]:
        """The ids of the probes and trials that must pass before this one."""
        return tuple(getattr(self, "after", ()))

    @property
    def lacks(self) -> str:
        """What is missing to make it, such as a password, with how to provide it; it is then skipped. "" if nothing."""
        return ""

    @property
    @abstractmethod
    def touches(self) -> str:
        """What it does to the host, for the person who is asked to agree."""

    @abstractmethod
    def attempt(self, host: Host, hands: Hands) -> Finding:
        """Acts, examines, and cleans up, also on failure. The host's cache is cleared before and after.

        A `Failed` or `NotKnown` raised becomes a finding."""
