"""Readings (questions to a host) and the interface of hosts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from wizard.base.values import Value

if TYPE_CHECKING:
    from wizard.host.facts import Facts

T = TypeVar("T")


class Reading(Value, Generic[T]):
    """One question to a host, answered by a `T`. Readings of one `family` are answered by one call of its reader.
    Readings with equal fields are equal.

    `nothing` is the answer of a machine on which nothing of the kind exists yet. A text among the fields that starts
    with a slash is a path: one that is somebody else's is read as that user, within `patience` seconds (see
    `wizard.host.foreign`), and so are the files that it `opens`. `follows` says whether a link at its end is followed.
    """

    family: ClassVar[str] = ""
    nothing: ClassVar[Any] = None
    patience: ClassVar[float] = 10.0
    follows: ClassVar[bool] = True

    @property
    def opens(self) -> tuple[str, ...]:
        """The files that answering it opens, where no field names them."""
        return ()


class Unknown(Value):
    """The answer is unavailable: `why`, and what is needed to get it (`root`, or "" if nothing helps)."""

    why: str
    needs: str = ""


class NotKnown(Exception):
    """A required answer is unavailable; carries the `Unknown`."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.why)
        self.unknown = unknown


class Host(ABC):
    """A host that can be read: the live machine, an overlay, or a bare host."""

    @property
    @abstractmethod
    def facts(self) -> Facts:
        """The facts of the machine."""

    @property
    @abstractmethod
    def clock(self) -> float:
        """The host's time in seconds since the epoch, comparable with `changed` and `started` of answers."""

    @abstractmethod
    def read(self, reading: Reading[T]) -> T | Unknown:
        """Return the answer, or `Unknown` if it is unavailable; never raises for the state of the machine."""

    def get(self, reading: Reading[T]) -> T:
        """Return the answer; raises `NotKnown` if it is unavailable."""
        answer = self.read(reading)
        if isinstance(answer, Unknown):
            raise NotKnown(answer)
        return answer

    def get_planned(self, reading: Reading[T]) -> T | Unknown:
        """Return the answer, or `Unknown` if it is known only once planned changes are applied; raises `NotKnown` if
        it is unavailable only to this user, and root could read it."""
        answer = self.read(reading)
        if isinstance(answer, Unknown) and answer.needs:
            raise NotKnown(answer)
        return answer

    def expect(self, readings: Iterable[Reading[Any]]) -> None:  # noqa: B027 (a hint; most hosts need none)
        """Announce readings that will follow, so that a family can be answered at once."""
