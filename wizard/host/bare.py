"""A host of which only the facts are known and on which nothing is installed yet, for planning and for tests."""

from __future__ import annotations

from typing import Any, TypeVar

from wizard.host.facts import Facts
from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.users import Account, Group, User

T = TypeVar("T")

FOLDERS = [
    "/",
    "/etc",
    "/etc/cron.d",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/srv",
    "/usr",
    "/usr/local",
    "/usr/local/sbin",
    "/var",
    "/var/lib",
    "/var/log",
    "/etc/systemd/system",
]


def _system_account(uid: int, name: str, home: str) -> dict[Reading[Any], Any]:
    return {Account(name): User(uid, home, "/usr/sbin/nologin", name, (name,)), Group(name): ()}


# What the base packages of every distribution bring.
EVERYWHERE: dict[Reading[Any], Any] = {
    **{EntryAt(path): Entry(kind="directory", mode=0o755) for path in FOLDERS},
    **_system_account(0, "root", "/root"),
}
# And those of every Debian, from base-passwd and base-files.
DEBIAN: dict[Reading[Any], Any] = {
    EntryAt("/var/backups"): Entry(kind="directory", mode=0o755),
    **_system_account(33, "www-data", "/var/www"),
    **_system_account(34, "backup", "/var/backups"),
}
GIVEN = EVERYWHERE | DEBIAN


class BareHost(Host):
    """Answers every reading with its `nothing`, except for what the distribution's base packages install."""

    def __init__(self, facts: Facts | None = None) -> None:
        self._facts = facts or Facts()

    @property
    def facts(self) -> Facts:
        """The facts given to the constructor."""
        return self._facts

    @property
    def clock(self) -> float:
        """Always 0."""
        return 0.0

    def read(self, reading: Reading[T]) -> T | Unknown:
        """Return what the base packages install, or `reading.nothing`."""
        given = GIVEN if self._facts.package_manager == "apt" else EVERYWHERE
        answer: T | Unknown = given.get(reading, reading.nothing)
        return answer
