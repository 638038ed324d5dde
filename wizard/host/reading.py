"""What is asked of a host, and what a host is to those who ask."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from wizard.base.values import Value

if TYPE_CHECKING:
    from wizard.host.facts import Facts

T = TypeVar("T")


class Reading(Value, Generic[T]):
    """One question to a host, answered by a `T`; readings that one child can answer share a family. Two of a kind that
    ask the same are equal.

    `nothing` is what a machine answers where nothing of the kind exists yet.
    """

    family: ClassVar[str] = ""
    nothing: ClassVar[Any] = None


class Unknown(Value):
    """The answer that cannot be had: why, and what it would need (`root`, or nothing that helps)."""

    why: str
    needs: str = ""


class NotKnown(Exception):
    """A reading was needed and cannot be had; carries the `Unknown`."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.why)
        self.unknown = unknown


class Host(ABC):
    """Something that can be read: the live machine, an overlay over one, or a bare one."""

    @property
    @abstractmethod
    def facts(self) -> Facts:
        """What is true of the machine and does not change while Jalon works."""

    @property
    @abstractmethod
    def clock(self) -> float:
        """Seconds since the epoch, as `changed` and `started` of readings count them."""

    @abstractmethod
    def read(self, reading: Reading[T]) -> T | Unknown:
        """The answer, or `Unknown` where it cannot be had; never raises for the state of the machine."""

    def get(self, reading: Reading[T]) -> T:
        """The answer; raises `NotKnown` where it cannot be had."""
        answer = self.read(reading)
        if isinstance(answer, Unknown):
            raise NotKnown(answer)
        return answer

    def get_planned(self, reading: Reading[T]) -> T | Unknown:
        """The answer, or `Unknown` where changes that are only planned hide it; raises `NotKnown` where somebody
        else, such as root, could have it now."""
        answer = self.read(reading)
        if isinstance(answer, Unknown) and answer.needs:
            raise NotKnown(answer)
        return answer

    def expect(self, readings: Iterable[Reading[Any]]) -> None:  # noqa: B027 (a hint; most hosts need none)
        """Says what will be read soon, so that one child can answer for a whole family."""
