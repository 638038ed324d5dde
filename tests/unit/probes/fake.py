"""Hosts and hands for the tests of probes: answers laid down by hand, and acts that are only noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wizard.base.secret import Secret
from wizard.changes.change import Failed, RoleLogin
from wizard.host import http
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.http import Get, Response
from wizard.host.overlay import Overlay, Sets
from wizard.host.reading import Host, Reading, Unknown

T = TypeVar("T")
LOG = "/var/log/nginx/error.log"


def fake(answers: Mapping[Any, Any] | None = None, **facts: Any) -> Overlay:
    """A bare host of these facts that answers these readings so."""
    host = Overlay(BareHost(Facts(**facts)))
    host.lay([Sets(reading, answer) for reading, answer in (answers or {}).items()])
    return host


def page(status: int = 200, body: bytes = b"", type: str = "text/html", location: str = "") -> Response:
    """An answer over HTTP."""
    return Response(status=status, type=type, body=body, location=location)


class Moving(Host):
    """A host that forgets: each reading is answered by the next of its answers, the last for ever; pages of a real
    server where `live` is set."""

    def __init__(self, answers: Mapping[Any, Sequence[Any]] | None = None, live: bool = False) -> None:
        self._answers = {reading: list(given) for reading, given in (answers or {}).items()}
        self._live = live

    @property
    def facts(self) -> Facts:
        """Plain facts."""
        return Facts()

    @property
    def clock(self) -> float:
        """No time passes."""
        return 0.0

    def forget(self, families: Sequence[str]) -> None:
        """Answers are never kept."""

    def read(self, reading: Reading[T]) -> T | Unknown:
        """The next answer."""
        if self._live and isinstance(reading, Get):
            answer: T = http.answer([reading])[reading]
            return answer
        given = self._answers.get(reading)
        if not given:
            nothing: T = reading.nothing
            return nothing
        found: T | Unknown = given.pop(0) if len(given) > 1 else given[0]
        return found


class Untouched:
    """What trials leave alone: they only run programs."""

    def _refuse(self, *given: object, **named: object) -> Any:
        raise NotImplementedError

    read = write = make_directory = remove = remove_empty = remove_tree = link = set_mode = _refuse
    hand_over = hand_over_tree = take_back = _refuse
    restored = scratch = _refuse
    run_as_role: Any = _refuse
    dump_database: Any = _refuse


@dataclass
class FakeHands(Untouched):
    """Hands that note what is run; `says` answers by the words, with text or with a `Failed` to raise."""

    says: Callable[[Sequence[str], str | None], str | Failed] = lambda words, stdin: ""
    ran: list[tuple[tuple[str, ...], str | None]] = field(default_factory=list)

    def run(
        self,
        words: Sequence[str],
        *,
        user: str | None = None,
        cwd: str = "/",
        env: Mapping[str, str | Secret] | None = None,
        stdin: str | None = None,
        deadline: float = 1800,
        accept: Sequence[int] = (0,),
        unread: bool = False,
    ) -> str:
        """Notes it."""
        self.ran.append((tuple(words), user))
        said = self.says(words, stdin)
        if isinstance(said, Failed):
            if said.status in accept:
                return said.output
            raise said
        return said

    def run_as_role(
        self,
        words: Sequence[str],
        role: RoleLogin,
        *,
        stdin: str | None = None,
        reads: str = "",
        writes: str = "",
        deadline: float = 1800,
    ) -> str:
        """Notes it, as run by that role."""
        self.ran.append((tuple(words), f"role {role.name}"))
        said = self.says(words, stdin)
        if isinstance(said, Failed):
            raise said
        return said

    @property
    def programs(self) -> list[str]:
        """The programs that were run, in order."""
        return [words[0] for words, _ in self.ran]
