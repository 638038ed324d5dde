"""What is asked of a host, and what a host is to those who ask."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from wizard.frozen import frozen

if TYPE_CHECKING:
    from wizard.host.facts import Facts

T = TypeVar("T")


@frozen(eq=False, repr=False)
class Reading(Generic[T]):
    """One question to a host, answered by a `T`; readings that one child can answer share a family. Two of a kind that
    ask the same are equal.

    `nothing` is what a machine answers where nothing of the kind exists yet.
    """

    family: ClassVar[str] = ""
    nothing: ClassVar[Any] = None

    # Once for all of them: what dataclasses would make for each, as a program of its own, costs a verification more
    # than most of its questions do.
    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


@frozen
class Unknown:
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

    def foresee(self, reading: Reading[T]) -> T | Unknown:
        """The answer, or `Unknown` where changes that are only planned hide it; raises `NotKnown` where somebody
        else, such as root, could have it now."""
        answer = self.read(reading)
        if isinstance(answer, Unknown) and answer.needs:
            raise NotKnown(answer)
        return answer

    def expect(self, readings: Iterable[Reading[Any]]) -> None:  # noqa: B027 (a hint; most hosts need none)
        """Says what will be read soon, so that one child can answer for a whole family."""
