"""The live host: readings answered by the machine and cached until their family is forgotten."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from threading import Thread
from typing import Any, Protocol, TypeVar

from wizard.host.facts import Facts, gather
from wizard.host.foreign import ForeignReaders
from wizard.host.owners import Owner
from wizard.host.reader_child import load
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.reading_owners import ReadingOwners

T = TypeVar("T")

# What is answered from an instance's own records.
JOURNAL = "journal"

# By name, so that a reader is imported only when it is used.
READERS = {
    "files": "files:answer",
    "disk": "files:answer",
    "packages": "packages:answer",
    "conffiles": "packages:conffiles",
    "users": "users:answer",
    "units": "units:answer",
    "unit-names": "units:names",
    "nginx": "nginx:answer",
    "sockets": "sockets:answer",
    "processes": "processes:answer",
    "mounts": "mounts:answer",
    "connections": "sockets:connect",
    "redis": "redis:answer",
    "netfilter": "netfilter:answer",
    "git": "git:answer",
    "git-status": "git:status",
    "cron": "crontab:answer",
    "system-cron": "crontabs:system",
    "ageing": "ageing:answer",
    "timers": "timers:answer",
    "postgresql": "postgresql:answer",
    "databases": "inside:inside",
    "logins": "logins:login",
    "sqlite": "sqlite:answer",
    "supervisor": "supervisor:answer",
    "http": "http:answer",
    "environments": "environments:answer",
    "settings": "source:answer",
    "archives": "archives:answer",
    "locales": "locales:answer",
    "commands": "commands:answer",
    "updates": "updates:answer",
    "reboot": "updates:reboot",
    "logs": "logs:answer",
    "unit-logs": "unitlogs:answer",
    "selinux-booleans": "selinux:booleans",
    "selinux-ports": "selinux:ports",
}
# Readers that replace the above on hosts with another package manager than apt.
BY_MANAGER = {
    "dnf": {"packages": "rpm:answer", "conffiles": "rpm:conffiles"},
    "pacman": {"packages": "pacman:answer", "conffiles": "pacman:conffiles"},
}

# Families answered from memory or by system calls; a thread would cost more than it saves.
IMMEDIATE = frozenset(
    {
        "files",
        "disk",
        "users",
        "git",
        "cron",
        "system-cron",
        "ageing",
        "timers",
        "environments",
        "processes",
        "mounts",
        "settings",
    }
)

# Families whose answers follow from what is in files: their readers are given a host to read those from.
OF_HOST = frozenset({"nginx"})

# Families whose paths may be foreign, besides those of guides.
OF_PATHS = frozenset(
    {
        *("files", "disk", "logs", "settings", "git", "git-status", "sqlite", "environments", "archives"),
        *("connections", "supervisor"),
    }
)

# Families that wait for another program: started first, so that the others compute meanwhile.
WAITING = frozenset({"http", "logins", "databases", "postgresql"})


class Records(Protocol):
    """Answers the readings of the family `journal`."""

    def answer(self, reading: Reading[Any]) -> Any:
        """Return the answer to a reading of the journal."""


class Live(Host):
    """This machine. Answers are cached until their family is forgotten.

    `readers` are a guide's own: by family, the function that answers it, as `module:function`. Raises `ValueError` for
    a family that has a reader already.
    """

    def __init__(
        self,
        records: Records | None = None,
        facts: Facts | None = None,
        readers: Mapping[str, str] | None = None,
    ) -> None:
        if taken := {JOURNAL, *READERS} & {*(readers or {})}:
            raise ValueError(f"a guide's readers cannot answer for {', '.join(sorted(taken))}")
        self.records = records
        self._readers = dict(readers or {})
        self._facts = facts
        self._begun: dict[str, Thread] = {}
        self._pending: dict[Reading[Any], Thread] = {}
        self._answers: dict[Reading[Any], Any] = {}
        self._recorded: dict[Reading[Any], Any] = {}
        self._expected: dict[str, dict[Reading[Any], None]] = defaultdict(dict)
        self._reading_owners = ReadingOwners()
        likely = [f"wizard.host.{READERS[family]}" for family in sorted(OF_PATHS)]
        self._foreign = ForeignReaders([*likely, *self._readers.values()])

    @property
    def facts(self) -> Facts:
        """The facts of this machine, gathered on first use."""
        if self._facts is None:
            self._facts = gather()
        return self._facts

    @property
    def clock(self) -> float:
        """The current time."""
        return time.time()

    def read(self, reading: Reading[T]) -> T | Unknown:
        """Return the answer, read together with all expected readings of the same family."""
        answers = self._recorded if reading.family == JOURNAL else self._answers
        if reading not in answers:
            self._ask(reading.family, reading)
        answer: T | Unknown = answers[reading]
        return answer

    def beside(self, records: Records) -> Live:
        """This machine for another instance, with its journal: all else that is read is shared, until either of them
        forgets something."""
        other = copy(self)
        other.records, other._recorded = records, {}
        return other

    @property
    def families(self) -> tuple[str, ...]:
        """The families that have a reader."""
        return (*READERS, JOURNAL, *self._readers)

    def expect(self, readings: Iterable[Reading[Any]]) -> None:
        """Register readings to be answered together with the next of their family."""
        for reading in readings:
            if reading.family != JOURNAL:
                self._expected[reading.family][reading] = None

    def begin(self) -> None:
        """Start answering all expected readings, one thread per family; `read` waits for the thread.

        Not for a process that changes things: the threads fork.
        """
        wanted = [family for family, readings in self._expected.items() if readings]
        if any(self._has_paths(family) or family in OF_HOST for family in wanted):
            # Before there are threads, beside which no process may fork.
            self._foreign.prepare(self._place(family) for family in wanted if self._has_paths(family))
        for family in sorted(wanted, key=lambda family: family not in WAITING):
            if family not in IMMEDIATE and family not in self._begun:
                self._begun[family] = Thread(target=self._try_expected, args=(family,), daemon=True)
                self._begun[family].start()

    def prefetch(self) -> None:
        """Answer all expected readings, and wait for them."""
        self.begin()
        immediate = [family for family, wanted in self._expected.items() if wanted and family in IMMEDIATE]
        self._begin_foreign(immediate)
        for family in immediate:
            self._ask_expected(family)
        for waited in (self._begun, self._pending):
            while waited:
                waited.popitem()[1].join()

    def _begin_foreign(self, families: Iterable[str]) -> None:
        """Have what is foreign of these families answered beside this thread, by one thread for each owner."""
        wanted: defaultdict[Owner, list[tuple[str, list[Reading[Any]]]]] = defaultdict(list)
        for family in filter(self._has_paths, families):
            left = [reading for reading in self._expected.pop(family) if reading not in self._answers]
            own, foreign = self._reading_owners.by_owner(left)
            self.expect(own)
            for owner, readings in foreign.items():
                wanted[owner].append((self._place(family), readings))
        for owner, questions in wanted.items():
            thread = Thread(target=self._try_foreign, args=(owner, questions), daemon=True)
            self._pending.update(dict.fromkeys((one for _place, readings in questions for one in readings), thread))
            thread.start()

    def _try_foreign(self, owner: Owner, questions: Iterable[tuple[str, Sequence[Reading[Any]]]]) -> None:
        with suppress(Exception):  # as in `_try_expected`
            for place, readings in questions:
                self._answers.update(self._foreign.answer(owner, place, readings))

    def forget(self, families: Iterable[str]) -> None:
        """Discard the cached answers of these families; `*` discards all."""
        gone = set(families)
        if gone & {"*", JOURNAL}:
            self._recorded = {}
        self._answers = {
            reading: answer
            for reading, answer in self._answers.items()
            if "*" not in gone and reading.family not in gone
        }
        self._reading_owners = ReadingOwners()
        self._foreign.forget(anew="*" in gone)

    def close(self) -> None:
        """End the processes that read for this host; it may be read again nevertheless."""
        self._foreign.close()

    def _try_expected(self, family: str) -> None:
        # A reading that fails here is tried again by `read`, which raises the error.
        with suppress(Exception):
            self._ask_expected(family)

    def _ask(self, family: str, reading: Reading[Any]) -> None:
        if family == JOURNAL:
            self._recorded[reading] = self.records.answer(reading) if self.records else reading.nothing
            return
        for thread in (self._begun.pop(family, None), self._pending.pop(reading, None)):
            if thread:
                thread.join()
        if reading not in self._answers:
            self._expected[family][reading] = None
            self._ask_expected(family)

    def _ask_expected(self, family: str) -> None:
        wanted = [reading for reading in self._expected.pop(family, {}) if reading not in self._answers]
        own, foreign = self._reading_owners.by_owner(wanted) if self._has_paths(family) else (wanted, {})
        if own:
            read: Callable[..., Mapping[Reading[Any], Any]] = load(self._place(family))
            self._answers.update(read(own, self._aside()) if family in OF_HOST else read(own))
        for owner, readings in foreign.items():
            self._answers.update(self._foreign.answer(owner, self._place(family), readings))

    def _aside(self) -> Live:
        """A host that answers beside this one, whose thread need not wait for those of others. Its readers of what is
        foreign are the same."""
        aside = Live(self.records, self._facts, self._readers)
        aside._foreign = self._foreign
        return aside

    def _has_paths(self, family: str) -> bool:
        return family in OF_PATHS or family in self._readers

    def _place(self, family: str) -> str:
        """The reader of a family, as `module:function`."""
        if family in self._readers:
            return self._readers[family]
        reader = READERS[family]
        if any(family in families for families in BY_MANAGER.values()):
            reader = BY_MANAGER.get(self.facts.package_manager, {}).get(family, reader)
        return f"wizard.host.{reader}"
